import type { Verdict } from '../verdict.ts';
import type { RunOutcome } from './model/outcome.ts';

/** How an outcome is shown: never by colour alone. `tone` is a CSS class. */
export interface Look {
  readonly word: string;
  readonly mark: string;
  readonly tone: 'good' | 'bad' | 'open' | 'idle';
}

export const outcomeLook: Record<RunOutcome['kind'], Look> = {
  held: { word: 'Held', mark: '✓', tone: 'good' },
  violated: { word: 'Violated', mark: '✗', tone: 'bad' },
  inconclusive: { word: 'Inconclusive', mark: '?', tone: 'open' },
  error: { word: 'Could not run', mark: '!', tone: 'bad' },
  interrupted: { word: 'Interrupted', mark: '‖', tone: 'open' },
  unhealed: { word: 'Not healed', mark: '!', tone: 'bad' },
  died: { word: 'Died', mark: '!', tone: 'bad' },
};

export const verdictLook: Record<Verdict['status'], Look> = {
  held: { word: 'held', mark: '✓', tone: 'good' },
  violated: { word: 'violated', mark: '✗', tone: 'bad' },
  inconclusive: { word: 'inconclusive', mark: '?', tone: 'open' },
  'not-exercised': { word: 'not exercised', mark: '–', tone: 'idle' },
};
