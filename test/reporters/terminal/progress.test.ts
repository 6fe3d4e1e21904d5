import { expect, test } from 'vitest';
import { liveScreen } from '../../../src/reporters/terminal/live.ts';
import { painter } from '../../../src/reporters/terminal/painter.ts';
import { progressShower } from '../../../src/reporters/terminal/progress.ts';
import { recordingScreen } from '../../fixtures/screen.ts';

function shown(isTTY: boolean): string {
  const { screen, text } = recordingScreen({ isTTY });
  const show = progressShower(screen, liveScreen(screen), painter(screen, { NO_COLOR: '1' }));
  show('judging epoch 1', 1049);
  show('judging epoch 2', 2010);
  return text();
}

test('a terminal counts on one line', () => {
  expect(shown(true)).toBe('  ▸ judging epoch 1 1.00 s\r\u001B[K  ▸ judging epoch 2 2.00 s');
});

test('a pipe is told once', () => {
  expect(shown(false)).toBe('  ▸ judging epoch 1 1.00 s\n');
});
