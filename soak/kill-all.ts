import type { Observer } from '../test/fixtures/observer.ts';
import { type Kill, killOnce } from './kill-once.ts';
import type { PlannedKill } from './kill-plan.ts';
import { isKilled } from './kill-table.ts';

/** How kills are done and kept. */
interface Killing {
  readonly observer: Observer;
  /** How many runs go on at a time. */
  readonly lanes: number;
  /** Told of each kill as it was done, the missed ones too. */
  done(kill: Kill): void;
  /** Nothing new is begun from then on. */
  stopped(): boolean;
}

/** A moment may be over before its run can be struck: then the same is tried again, so often. */
const attempts = 5;

/** Does every planned kill, each until it has struck the moment it is meant for. */
export async function killAll(
  planned: readonly PlannedKill[],
  { observer, lanes, done, stopped }: Killing,
): Promise<void> {
  const left = [...planned];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next && !stopped(); next = left.shift()) {
      for (let attempt = 0; attempt < attempts && !stopped(); attempt++) {
        const kill = await killOnce(next, observer);
        done(kill);
        if (isDone(kill)) break;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
}

/** Whether nothing is left to try: it struck the moment it was meant for, or the fault is refused. */
export const isDone = (kill: Kill): boolean =>
  kill.state === 'refused' || (isKilled(kill) && kill.struck === kill.moment);
