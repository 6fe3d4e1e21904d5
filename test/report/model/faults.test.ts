import { describe, expect, test } from 'vitest';
import type { JournalEvent } from '../../../src/journal/events.ts';
import { faultBands } from '../../../src/report/model/faults.ts';
import { inMemoryHistory, partitionRun } from '../../fixtures/recorded-run.ts';

const run = partitionRun();
const fault = 'partition-1';

function bandAfter(events: JournalEvent[]) {
  const upTo = run.events.filter((event) => event.type !== 'fault.healed');
  return faultBands({ events: [...upTo, ...events], history: inMemoryHistory([]) }, 30_000)[0];
}

describe('faultBands', () => {
  test('lasts from the injection to the healing and keeps the proof of both', () => {
    expect(faultBands(run, 30_000)).toMatchObject([
      { startMs: 6400, endMs: 16_530, state: 'healed', proof: 'proved', undo: 'leased' },
    ]);
    expect(faultBands(run, 30_000)[0]?.evidence.map(({ about }) => about)).toEqual([
      'injection',
      'injection',
      'healing',
      'healing',
    ]);
  });

  test('stays unproved when it stopped biting after it was proved', () => {
    const band = bandAfter([{ type: 'fault.unproved', t: 9000, fault, reason: 'rules are gone' }]);
    expect(band).toMatchObject({ proof: 'unproved' });
    expect(band?.evidence.at(-1)?.text).toBe('rules are gone');
  });

  test('lasts to the end when it could not be healed, and names the remedy', () => {
    const band = bandAfter([
      {
        type: 'fault.heal-failed',
        t: 17_000,
        fault,
        reason: 'no answer',
        commands: ['docker rm -f x'],
      },
    ]);
    expect(band).toMatchObject({ state: 'heal-failed', endMs: 30_000 });
    expect(band?.evidence.at(-1)?.text).toBe('Remedy: docker rm -f x');
  });

  test('ends where its lease ran out, whatever is healed later', () => {
    const band = bandAfter([
      { type: 'fault.lease-expired', t: 9000, fault },
      { type: 'fault.healed', t: 17_000, fault, evidence: [] },
    ]);
    expect(band).toMatchObject({ state: 'lease-expired', endMs: 9000 });
  });
});
