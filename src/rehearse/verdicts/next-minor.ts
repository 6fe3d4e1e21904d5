import { count } from '../../report/format.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from './verdict-of.ts';

/** Whether the next minor version of etcd takes the file. */
export function judgeNextMinor({ nextMinor, snapshot }: Facts): Finding {
  if (nextMinor === undefined)
    return { status: 'not-exercised', summary: 'not tried: the rehearsal did not come so far' };
  switch (nextMinor.kind) {
    case 'not-tried':
      return { status: 'not-exercised', summary: `not tried: ${nextMinor.reason}` };
    case 'failed':
      return {
        status: 'violated',
        summary: `etcd ${nextMinor.version} does not come up with it: ${nextMinor.reason}`,
      };
    case 'unknown':
      return {
        status: 'inconclusive',
        summary: `whether etcd ${nextMinor.version} takes it was not found out: ${nextMinor.reason}`,
      };
    case 'started': {
      const { version, keys } = nextMinor;
      if (keys.kind === 'unknown')
        return {
          status: 'inconclusive',
          summary: `etcd ${version} started with it, but its keys were not counted: ${keys.reason}`,
        };
      const counts = { keys: keys.value };
      if (keys.value === snapshot.keys)
        return {
          status: 'held',
          summary: `etcd ${version} started with it and has all ${count(keys.value)} keys`,
          counts,
        };
      return {
        status: 'violated',
        summary: `etcd ${version} started with it and has ${count(keys.value)} of ${count(snapshot.keys)} keys`,
        counts,
      };
    }
  }
}
