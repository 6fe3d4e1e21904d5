import { expect, test } from 'vitest';
import { UndoStack } from '../../src/runner/undo-stack.ts';

const deadlineMs = 50;

test('undoes the last thing first, one after another', async () => {
  const undone: string[] = [];
  const stack = new UndoStack();
  for (const name of ['network', 'helper', 'pod']) {
    stack.defer(`remove the ${name}`, async () => {
      undone.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      undone.push(`${name} ends`);
    });
  }
  expect(await stack.unwind(deadlineMs)).toEqual([]);
  expect(undone).toEqual([
    'pod begins',
    'pod ends',
    'helper begins',
    'helper ends',
    'network begins',
    'network ends',
  ]);
});

test('what was taken off is not undone; taking it off twice takes off nothing else', async () => {
  const undone: string[] = [];
  const stack = new UndoStack();
  stack.defer('first', async () => void undone.push('first'));
  const takeOff = stack.defer('second', async () => void undone.push('second'));
  stack.defer('third', async () => void undone.push('third'));
  takeOff();
  takeOff();
  await stack.unwind(deadlineMs);
  expect(undone).toEqual(['third', 'first']);
});

test('an undo that rejects, throws or hangs is told of and stops none below it', async () => {
  let undone = false;
  const stack = new UndoStack();
  stack.defer('remove the network', async () => void (undone = true));
  stack.defer('detach the disk', () => new Promise(() => undefined));
  stack.defer('stop m1', () => Promise.reject(new Error('no such container')));
  stack.defer('stop m2', () => {
    throw new Error('no session');
  });
  expect(await stack.unwind(deadlineMs)).toEqual([
    { title: 'stop m2', reason: 'no session' },
    { title: 'stop m1', reason: 'no such container' },
    { title: 'detach the disk', reason: 'not done after 0.05 s' },
  ]);
  expect(undone).toBe(true);
});

test('from the moment it unwinds nothing new can be begun', async () => {
  const stack = new UndoStack();
  let refused: unknown;
  stack.defer('remove m1', async () => {
    try {
      stack.defer('remove m2', async () => undefined);
    } catch (error) {
      refused = error;
    }
  });
  await stack.unwind(deadlineMs);
  const message = 'The run is ending: did not start "remove m2".';
  expect(refused).toMatchObject({ name: 'DrillError', message, code: 130 });
  expect(() => stack.defer('remove m2', async () => undefined)).toThrow(message);
});

test('unwinding again undoes nothing twice', async () => {
  let count = 0;
  const stack = new UndoStack();
  stack.defer('remove', async () => void (count += 1));
  await Promise.all([stack.unwind(deadlineMs), stack.unwind(deadlineMs)]);
  await stack.unwind(deadlineMs);
  expect(count).toBe(1);
});
