import { DrillError } from '../errors.ts';
import { EtcdError } from '../etcd/error.ts';
import type { Found } from './facts.ts';

/** What a cluster or the file refuses is the reason; any other error is thrown on. */
export async function found<T>(look: () => Promise<T>): Promise<Found<T>> {
  try {
    return { kind: 'found', value: await look() };
  } catch (error) {
    if (!(error instanceof EtcdError || error instanceof DrillError)) throw error;
    return { kind: 'unknown', reason: error.message };
  }
}
