import type { Member } from '../../cluster/member.ts';
import { exitCode } from '../../errors.ts';
import { eventually } from '../../wait.ts';
import { NotAsBefore } from '../fault.ts';
import { answers } from './answers.ts';
import { seeProcess } from './etcd-process.ts';

const startsWithinMs = 15_000;
const servesWithinMs = 10_000;
const askMs = 1000;

/**
 * Shows that members are back: the process runs and listens for its peers, and it answers its
 * clients. A member started again serves nobody before the cluster has a leader, so that is
 * `NotAsBefore`, not a heal that failed.
 */
export async function proveBack(members: readonly Member[]): Promise<string[]> {
  const running = await Promise.all(members.map(listens));
  const silent = await Promise.all(members.map(serves));
  const name = silent.find((each) => each !== undefined);
  if (name === undefined) return running;
  throw new NotAsBefore(
    `${name} runs and listens for its peers, but answered no client in ${servesWithinMs / 1000} s: has the cluster a leader?`,
  );
}

async function listens(member: Member): Promise<string> {
  const subject = `A running etcd of ${member.name} that listens for its peers`;
  const wait = { subject, withinMs: startsWithinMs, everyMs: 100, code: exitCode.notRemoved };
  return eventually(wait, async () => {
    const { state, pid } = await seeProcess(member);
    if (state !== 'running') return undefined;
    const listening = await member.session.must("ss -Hltn 'sport = 2380'");
    return listening.trim() === ''
      ? undefined
      : `${member.name} runs as process ${pid} of its pod and listens on port 2380`;
  });
}

/** The member's name where it answers nobody. */
async function serves(member: Member): Promise<string | undefined> {
  const wait = {
    subject: `An answer of ${member.name}`,
    withinMs: servesWithinMs,
    code: exitCode.notRemoved,
  };
  const answered = async () => ((await answers(member, askMs)) ? true : undefined);
  return eventually(wait, answered).then(
    () => undefined,
    () => member.name,
  );
}
