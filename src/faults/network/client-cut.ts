import { setTimeout as pause } from 'node:timers/promises';
import { byHand } from '../by-hand.ts';
import { DrillError } from '../../errors.ts';
import { type FaultTarget, FaultUnproved, NotAsBefore, type PreparedFault } from '../fault.ts';
import { type Answer, askFromOutside } from './ask-from-outside.ts';
import { clientConnections } from './connections.ts';
import { proveRulesGone, refuseWithoutReset, resetStale, rulesBefore } from './cut-heal.ts';
import { clientRules, hookScript, portOf, unhookScript } from './packet-rules.ts';
import { countedRules } from './rule-set.ts';

const silentAfterMs = 500;
const answerWithinMs = 3000;
const biteWithinMs = 5000;
const pollMs = 50;

/**
 * Cuts `members` off from their clients: what reaches the client port of one from anyone but a member
 * is dropped there. Clients come through the published port, so this machine is one: that it gets no
 * answer any more, and the counter at the member, prove the cut.
 */
export async function prepareClientCut(
  id: string,
  members: readonly FaultTarget[],
  others: readonly FaultTarget[],
  heal: 'fast' | 'natural',
): Promise<PreparedFault> {
  const before = await rulesBefore(members);
  const answeredBefore = await ask(members, answerWithinMs);
  if (heal === 'fast')
    await Promise.all(
      members
        .filter((member) => answeredBefore.get(member) === 'answered')
        .map((member) => refuseWithoutReset(member, portOf.client)),
    );
  const addresses = [...members, ...others].map(({ address }) => address);
  const inject = hookScript(id, clientRules(addresses));
  const undo = unhookScript(id);

  return {
    undoScripts: new Map(members.map((member) => [member, undo])),

    async inject() {
      await Promise.all(members.map(({ session }) => session.must(inject)));
    },

    async prove() {
      const never = members.find((member) => answeredBefore.get(member) !== 'answered');
      if (never) {
        throw new FaultUnproved(
          `${never.name} answered no client before the cut, so nothing shows that the cut did it`,
        );
      }
      await allSilent(members);
      return Promise.all(members.map((member) => proveDropping(member, id)));
    },

    async stillBites(look = 'cheap') {
      const seen = await Promise.all(members.map((member) => dropped(member, id)));
      if (look === 'cheap') return;
      await allSilent(members);
      const now = await Promise.all(members.map((member) => dropped(member, id)));
      const idle = members.find((_, index) => (now[index] ?? 0) <= (seen[index] ?? 0));
      if (idle) throw new FaultUnproved(`the rules at ${idle.name} let a client's packets pass`);
    },

    async heal() {
      await Promise.all(members.map(({ session }) => session.must(undo)));
    },

    async proveHealed() {
      const evidence = await proveRulesGone(id, before);
      if (heal === 'fast') {
        for (const member of members)
          evidence.push(await resetStale(member, clientConnections, 'client'));
      }
      const expected = members.filter((member) => answeredBefore.get(member) === 'answered');
      await answeredAgain(expected);
      return [...evidence, ...expected.map(({ name }) => `${name} answers clients again`)];
    },

    commands: {
      inject: members.map((member) => byHand(member, inject)),
      heal: members.map((member) => byHand(member, undo)),
    },
  };
}

async function ask(
  members: readonly FaultTarget[],
  withinMs: number,
): Promise<Map<FaultTarget, Answer>> {
  return new Map(
    await Promise.all(
      members.map(async (member) => {
        const { name, clientAddress } = member;
        if (clientAddress === undefined)
          throw new DrillError(
            `${name} has no client address known here, so no cut of it can be seen.`,
          );
        return [member, await askFromOutside(clientAddress, withinMs)] as const;
      }),
    ),
  );
}

async function allSilent(members: readonly FaultTarget[]): Promise<void> {
  for (const [{ name }, answer] of await ask(members, silentAfterMs)) {
    if (answer === 'answered') throw new FaultUnproved(`${name} still answers clients`);
  }
}

/** Packets that the rule dropped; it must be in place. */
async function dropped(member: FaultTarget, id: string): Promise<number> {
  const rule = (await countedRules(member, id)).find(({ verdict }) => verdict === 'DROP');
  if (rule) return rule.packets;
  throw new FaultUnproved(`the rule against clients is gone from ${member.name}`);
}

async function proveDropping(member: FaultTarget, id: string): Promise<string> {
  const deadline = performance.now() + biteWithinMs;
  for (;;) {
    const packets = await dropped(member, id);
    if (packets > 0)
      return `clients → ${member.name}: ${packets} packets dropped at ${member.name}, no answer from ${member.clientAddress} (it answered before the cut)`;
    if (performance.now() > deadline)
      throw new FaultUnproved(`no packet from a client was dropped at ${member.name} in 5 s`);
    await pause(pollMs);
  }
}

/** A refusal is an answer too: etcd may have ended meanwhile. */
async function answeredAgain(members: readonly FaultTarget[]): Promise<void> {
  const deadline = performance.now() + biteWithinMs;
  for (;;) {
    const silent = [...(await ask(members, answerWithinMs))].find(([, came]) => came === 'silent');
    if (!silent) return;
    if (performance.now() > deadline)
      throw new NotAsBefore(`${silent[0].name} does not answer clients after the heal`);
    await pause(pollMs);
  }
}
