import { DrillError, exitCode } from '../errors.ts';
import type { EtcdClient } from '../etcd/client.ts';
import type { HistorySink } from '../history/history.ts';
import type { Outcome, Request, Result } from '../history/operation.ts';
import type { Gate } from './gate.ts';

/** What an acknowledged request of kind `K` was answered. */
export type ResultOf<K extends Request['kind']> = OfKind<Result, K>;
type OfKind<T, K> = T extends { readonly kind: infer Own } ? (K extends Own ? T : never) : never;

/** One-off operations at one member, each exactly one attempt and each recorded. */
export interface RecordedClient {
  readonly member: string;
  /** Never rejects: what went wrong is in the outcome. */
  perform(request: Request): Promise<Outcome>;
  /** For what must succeed for the drill to go on; anything else ends the run inconclusive. */
  must<R extends Request>(request: R): Promise<ResultOf<R['kind']>>;
}

export interface RecordedClientOptions {
  readonly nowMs: () => number;
  readonly sink: HistorySink;
  readonly deadlineMs?: number;
  /** As of a call: a member without leader refuses at once. */
  readonly requireLeader?: boolean;
  /** Of what goes on beside the drill; what a drill does itself is never held. */
  readonly gate?: Gate;
}

/** Above every process id that a load, a probe or the final read can reach. */
let nextProcess = 3_000_000;

/** Longer than the 7 s after which a member gives its own verdict on a proposal. */
const usualDeadlineMs = 10_000;

export function recordedClient(
  client: EtcdClient,
  { nowMs, sink, deadlineMs = usualDeadlineMs, requireLeader = false, gate }: RecordedClientOptions,
): RecordedClient {
  const { member } = client.target;
  const perform = async (request: Request): Promise<Outcome> => {
    // A process id of its own for each, so that an unknown outcome never has a successor.
    const process = nextProcess++;
    await gate?.passed();
    const invokedMs = nowMs();
    const outcome = await client.perform(request, { deadlineMs, requireLeader });
    sink.operation({ client: process, member, invokedMs, returnedMs: nowMs(), request, outcome });
    return outcome;
  };
  return {
    member,
    perform,
    async must(request) {
      const outcome = await perform(request);
      if (outcome.status === 'ok' && answers(request, outcome.result)) return outcome.result;
      const reason = outcome.status === 'ok' ? outcome.result.kind : outcome.error.message;
      throw new DrillError(
        `The drill could not go on: ${member} answered ${describe(request)} with "${reason}". ` +
          'Is the machine overloaded? Compare `drill doctor`.',
        exitCode.inconclusive,
      );
    },
  };
}

function answers<R extends Request>(request: R, result: Result): result is ResultOf<R['kind']> {
  return result.kind === request.kind;
}

function describe(request: Request): string {
  if ('key' in request) return `a ${request.kind} of "${request.key}"`;
  return `a ${request.kind}`;
}
