import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nameOf } from '../../src/cluster/naming.ts';
import { type ToolsContext, toolsOf } from '../../src/cluster/tools.ts';
import { ensureToolbox } from '../../src/images/ensure-toolbox.ts';
import { UndoStack } from '../../src/runner/undo-stack.ts';
import { type LeaseHolder, startLeaseHolder } from '../fixtures/lease-holder.ts';
import { leftOf, silently } from '../fixtures/pods.ts';

let holder: LeaseHolder;
let context: Omit<ToolsContext, 'undo'>;
beforeAll(async () => {
  holder = await startLeaseHolder('tools');
  const { engine, run } = holder;
  context = {
    engine,
    identity: { run, drill: 'tools' },
    toolbox: await ensureToolbox({ engine, announce: silently }),
    log: pino({ level: 'silent' }),
    onLost: () => undefined,
  };
}, 60_000);
afterAll(() => holder?.[Symbol.asyncDispose](), 60_000);

test('owners share the tools of an ability, and what only passes by takes its own away', async () => {
  const [runner, byHand, passing] = [new UndoStack(), new UndoStack(), new UndoStack()];
  const dryRun = { ...context, undo: passing, owner: 'h1', passing: true };
  const [printed, own, shared] = [
    await toolsOf(dryRun)('cgroups'),
    await toolsOf({ ...context, undo: runner })('cgroups'),
    await toolsOf({ ...context, undo: byHand, owner: 'h2' })('cgroups'),
  ];
  const name = nameOf(context.identity, 'cgroups');
  expect([printed.container, own.container, shared.container]).toEqual([name, name, name]);
  expect(await own.session.must('cat /proc/sys/kernel/hostname')).toBe(
    await shared.session.must('cat /proc/sys/kernel/hostname'),
  );
  expect(await leftOf(holder.engine, holder.run)).toContain(`/${name}-h1`);
  expect(await passing.unwind(10_000)).toEqual([]);
  expect((await leftOf(holder.engine, holder.run)).toSorted()).toEqual([
    `/${name}`,
    `/${nameOf(context.identity, 'helper')}`,
  ]);
  expect(await shared.session.must('cd /run/drill && ls -d */')).toBe('h2/\nrunner/\n');
  for (const undo of [byHand, runner]) expect(await undo.unwind(10_000)).toEqual([]);
}, 60_000);
