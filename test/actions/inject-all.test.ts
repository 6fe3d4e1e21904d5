import { expect, test } from 'vitest';
import { injectAll } from '../../src/actions/inject-all.ts';
import type { Fault } from '../../src/faults/fault.ts';
import type { ActiveFault } from '../../src/faults/lifecycle.ts';

const named = (name: string): Fault => ({
  name,
  title: name,
  undo: 'leased',
  targets: [],
  parameters: {},
  prepare: () => Promise.reject(new Error('nothing is prepared here')),
});

/** Notes what is injected and healed; `refused` cannot be injected. */
function noting() {
  const noted: string[] = [];
  const inject = async ({ name }: Fault): Promise<ActiveFault> => {
    if (name === 'refused') throw new Error('it is refused');
    noted.push(`inject ${name}`);
    const heal = async (): Promise<void> => void noted.push(`heal ${name}`);
    return { id: name, heal, [Symbol.asyncDispose]: heal };
  };
  return { noted, inject };
}

test('faults are injected in turn and healed in the reverse order', async () => {
  const { noted, inject } = noting();
  {
    await using _ = await injectAll({ inject }, [named('a'), named('b')]);
    expect(noted).toEqual(['inject a', 'inject b']);
  }
  expect(noted.slice(2)).toEqual(['heal b', 'heal a']);
});

test('those before one that is refused are healed', async () => {
  const { noted, inject } = noting();
  await expect(injectAll({ inject }, [named('a'), named('refused')])).rejects.toThrow('it is refused'); // prettier-ignore
  expect(noted).toEqual(['inject a', 'heal a']);
});
