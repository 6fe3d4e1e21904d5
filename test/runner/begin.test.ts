import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { begin } from '../../src/runner/begin.ts';
import { UndoStack } from '../../src/runner/undo-stack.ts';

test('what has begun is ended when the stack unwinds', async () => {
  const undo = new UndoStack();
  const ended: string[] = [];
  const end = async (begun: string) => ended.push(begun);
  expect(await begin(undo, 'stop the load', () => 'load', end)).toBe('load');
  expect(await undo.unwind(1000)).toEqual([]);
  expect(ended).toEqual(['load']);
});

test('what is still beginning when the stack unwinds is waited for and ended', async () => {
  const undo = new UndoStack();
  const ended: string[] = [];
  const beginning = begin(
    undo,
    'close the pod',
    () => pause(50, 'pod'),
    async (begun) => ended.push(begun),
  );
  await undo.unwind(1000);
  expect(ended).toEqual(['pod']);
  expect(await beginning).toBe('pod');
});

test('what could not begin has no end, and its error is told once', async () => {
  const undo = new UndoStack();
  const start = (): string => {
    throw new Error('no image');
  };
  await expect(begin(undo, 'close the pod', start, expect.unreachable)).rejects.toThrow('no image');
  expect(await undo.unwind(1000)).toEqual([]);
});

test('nothing begins once the stack unwinds', async () => {
  const undo = new UndoStack();
  await undo.unwind(1000);
  let begun = false;
  const start = (): string => {
    begun = true;
    return 'pod';
  };
  await expect(begin(undo, 'close the pod', start, expect.unreachable)).rejects.toThrow(
    'The run is ending: did not start "close the pod".',
  );
  expect(begun).toBe(false);
});
