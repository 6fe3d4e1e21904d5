import { DrillError, exitCode, messageOf } from '../errors.ts';
import type { EtcdClient } from '../etcd/client.ts';

/** An endpoint that did not answer: neither restored nor not. */
export function cannotTell(client: EtcdClient, error: unknown): DrillError {
  return new DrillError(
    `${client.target.member} cannot be compared with the backup: ${messageOf(error)}. Name endpoints of a cluster that has a leader, with \`--user\` where it has authentication.`,
    exitCode.inconclusive,
    error,
  );
}
