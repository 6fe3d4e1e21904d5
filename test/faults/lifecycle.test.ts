import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lease, keepLease, leaseExpired } from '../../src/cluster/lease.ts';
import { type Session, openSession } from '../../src/cluster/session.ts';
import {
  type FaultTarget,
  FaultUnproved,
  type HealableFault,
  NotAsBefore,
  type PreparedFault,
} from '../../src/faults/fault.ts';
import { type FaultContext, injectFault } from '../../src/faults/lifecycle.ts';
import type { JournalEvent } from '../../src/journal/events.ts';
import { UndoStack } from '../../src/runner/undo-stack.ts';
import { type LeaseHolder, leaseRunsOut, startLeaseHolder } from '../fixtures/lease-holder.ts';

let holder: LeaseHolder;
let lease: Lease;
/** Of the faults alone: what a test looks at goes through the holder's. */
let own: Session;
beforeAll(async () => {
  holder = await startLeaseHolder('lifecycle');
  lease = await keepLease(holder.container, 'the holder', () => undefined);
  own = await openSession(holder.container, 'the sidecar of m1');
}, 60_000);
afterAll(async () => {
  await lease?.[Symbol.asyncDispose]();
  await holder?.[Symbol.asyncDispose]();
}, 60_000);

/** A fault that is a file, with phases of its own in place of the usual ones. */
function fileFault(phases: Partial<PreparedFault> = {}): HealableFault {
  const target: FaultTarget = { name: 'm1', address: '', container: 'box', session: own };
  return {
    name: 'file',
    title: 'a file in the way',
    undo: 'leased',
    targets: [target],
    parameters: { size: 0 },
    async prepare(id) {
      const file = `/tmp/${id}`;
      return {
        undoScripts: new Map([[target, `rm -f ${file}`]]),
        inject: async () => void (await own.must(`touch ${file}`)),
        prove: async () => [await own.must(`ls ${file}`)],
        stillBites: async () => void (await own.must(`ls ${file}`)),
        heal: async () => void (await own.must(`rm -f ${file}`)),
        proveHealed: async () => [await own.must(`[ ! -e ${file} ] && echo gone`)],
        commands: { inject: [], heal: ['docker exec box rm it'] },
        ...phases,
      };
    },
  };
}

interface Life {
  readonly context: FaultContext;
  readonly undo: UndoStack;
  readonly events: JournalEvent[];
  /** Of what was written, without times. */
  types(): string[];
}

let lives = 0;
function life(settings: Partial<FaultContext> = {}): Life {
  const events: JournalEvent[] = [];
  const undo = new UndoStack();
  const id = `f${++lives}`;
  const context = {
    nowMs: () => performance.now(),
    write: (event: JournalEvent) => void events.push(event),
    undo,
    nextId: () => id,
    leader: () => ({ leader: null, term: 0 }),
    ...settings,
  };
  return { context, undo, events, types: () => events.map(({ type }) => type) };
}

const whole = ['injecting', 'injected', 'proved', 'healing', 'healed'].map(
  (type) => `fault.${type}`,
);
const registered = (): Promise<string> => holder.session.must('ls /run/drill/runner/undo');

describe('a fault', { timeout: 30_000 }, () => {
  test('is registered before it is made, and leaves nothing where it was healed', async () => {
    const { context, undo, types } = life();
    let before = '';
    const inject = async (): Promise<void> => {
      before = await registered();
      await own.must(`touch /tmp/${context.nextId()}`);
    };
    const fault = await injectFault(fileFault({ inject }), context);
    expect(before).toBe(`${fault.id}\n`);
    await fault.heal();
    await fault.heal();
    expect(types()).toEqual(whole);
    expect(await registered()).toBe('');
    expect(await undo.unwind(1000)).toEqual([]);
  });

  test('that no scope heals is healed when the run ends', async () => {
    const { context, undo, types } = life();
    await injectFault(fileFault(), context);
    expect(await undo.unwind(10_000)).toEqual([]);
    expect(types()).toEqual(whole);
  });

  test.each([
    [
      'is not seen to bite',
      () => Promise.reject(new FaultUnproved('nothing stalls')),
      'nothing stalls',
    ],
    ['shows no evidence', () => Promise.resolve([]), 'nothing was seen of its bite'],
  ])('that %s is unproved, and healed', async (_, prove, reason) => {
    const { context, types } = life();
    await expect(injectFault(fileFault({ prove }), context)).rejects.toThrow(
      new FaultUnproved(reason),
    );
    const [injecting, injected, , ...healed] = whole;
    expect(types()).toEqual([injecting, injected, 'fault.unproved', ...healed]);
  });

  test('that cannot be healed says so with the commands, and again when the run ends', async () => {
    const { context, undo, events } = life();
    const heal = (): Promise<never> => Promise.reject(new Error('the disk hangs'));
    const fault = await injectFault(fileFault({ heal }), context);
    const failure = {
      message:
        'Could not prove that "a file in the way" is off: the disk hangs. Take it off by hand with the commands in the report, or run `drill clean`.',
      code: 4,
    };
    await expect(fault.heal()).rejects.toMatchObject(failure);
    expect(events.at(-1)).toMatchObject({
      type: 'fault.heal-failed',
      reason: 'the disk hangs',
      commands: ['docker exec box rm it'],
    });
    expect(await undo.unwind(1000)).toEqual([
      { title: 'heal "a file in the way"', reason: failure.message },
    ]);
    expect(await registered()).toBe(`${fault.id}\n`);
    await holder.session.must(`rm /run/drill/runner/undo/${fault.id}`);
  });

  test('that is off, but left something otherwise than before, is healed with a warning', async () => {
    const { context, events } = life();
    const proveHealed = (): Promise<never> => Promise.reject(new NotAsBefore('a rule is lost'));
    await (await injectFault(fileFault({ proveHealed }), context)).heal();
    const message = '"a file in the way" is off, but not everything is as before: a rule is lost';
    expect(events.slice(-2)).toMatchObject([
      { type: 'warning', message },
      { type: 'fault.healed', evidence: [message] },
    ]);
  });

  test('that stops biting is told of once', async () => {
    const { context, types } = life();
    const fault = await injectFault(fileFault(), context);
    await holder.session.must(`rm /tmp/${fault.id}`);
    await expect.poll(types, { timeout: 5000 }).toContain('fault.unproved');
    await fault.heal();
    expect(types().filter((type) => type === 'fault.unproved')).toHaveLength(1);
  });

  test('whose undo was taken before it was made is not made', async () => {
    const { context, types } = life({ owner: 'h1' });
    const inject = async (): Promise<void> => {
      await leaseRunsOut(holder, 'h1');
      await expect
        .poll(() => leaseExpired(holder.session, context.nextId(), 'h1'), { timeout: 5000 })
        .toBe(true);
      await own.must('touch /tmp/landed');
    };
    await expect(injectFault(fileFault({ inject }), context)).rejects.toThrow(
      new FaultUnproved(
        `the sidecar of m1 took ${context.nextId()} off while it was being injected`,
      ),
    );
    expect(types()).toEqual([
      'fault.injecting',
      'fault.unproved',
      'fault.healing',
      'fault.lease-expired',
      'fault.healed',
    ]);
    expect(await holder.session.run('[ -e /tmp/landed ]')).toMatchObject({ code: 1 });
  });

  test('held for a time is not taken off by the container while its owner looks a last time', async () => {
    const { context, types } = life({ heldAtMostMs: 2000 });
    const stillBites = async (look = 'cheap'): Promise<void> => {
      if (look === 'last') await own.must('sleep 4');
      await own.must(`ls /tmp/${context.nextId()}`);
    };
    await (await injectFault(fileFault({ stillBites }), context)).heal();
    expect(types()).toEqual(whole);
  });
});

describe('damage', () => {
  test('is left where its scope ends', async () => {
    const { context, undo, types } = life();
    const { inject, prove, commands } = await fileFault().prepare(context.nextId());
    const prepare = () => Promise.resolve({ inject, prove, commands });
    const damage = await injectFault({ ...fileFault(), undo: 'irreversible', prepare }, context);
    await damage.heal();
    await damage[Symbol.asyncDispose]();
    expect(types()).toEqual([...whole.slice(0, 3), 'fault.left']);
    expect(await undo.unwind(1000)).toEqual([]);
  });
});
