import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { reportModel } from '../report/model.ts';
import { visible } from '../report/visible.ts';
import type { Reporter, ReporterContext } from './reporter.ts';
import { painter } from './terminal/painter.ts';
import { progressShower, statusLine } from './terminal/progress.ts';
import { eventLine, stepEndLine } from './terminal/lines.ts';
import { closing } from './terminal/closing.ts';
import { liveScreen } from './terminal/live.ts';
import { hanging } from './terminal/wrapped.ts';

/**
 * What a person sees: steps with their times as they happen, a line per verdict, then the numbers
 * that matter and the command that reproduces the run. Piped, it is plain lines.
 */
export function terminalReporter({ screen, environment }: ReporterContext): Reporter {
  const paint = painter(screen, environment);
  const live = liveScreen(screen);
  // A pipe gets whole lines, however long: programs read them.
  const columns = screen.isTTY ? (screen.columns ?? 80) : undefined;
  const open: { step: string; t: number }[] = [];
  // Told in one line at the end: most runs exercise half of the promises, and that is no news.
  const notExercised: string[] = [];
  return {
    onEvent(event) {
      if (event.type === 'step.started') {
        open.push({ step: event.step, t: event.t });
        if (!screen.isTTY) live.print(eventLine(event, paint, columns));
      } else if (event.type === 'step.ended') {
        const index = open.findLastIndex(({ step }) => step === event.step);
        const [started] = index === -1 ? [] : open.splice(index, 1);
        live.print(stepEndLine(event, event.t - (started?.t ?? event.t), paint));
      } else if (event.type === 'verdict' && event.verdict.status === 'not-exercised') {
        notExercised.push(event.verdict.assertion);
      } else {
        live.print(eventLine(event, paint, columns));
      }
      const current = open.at(-1);
      live.status(current && statusLine(current.step, event.t - current.t, paint));
    },
    onProgress: progressShower(screen, live, paint),
    onEnd(run, directory) {
      live.status(undefined);
      if (notExercised.length > 0) {
        const names = visible(notExercised.join(', '));
        live.print(hanging(`  ${paint('dim', '– not exercised')} `, names, columns).join('\n'));
      }
      const reportPath = join(directory, 'report.html');
      const path = existsSync(reportPath) ? shortest(reportPath) : undefined;
      live.print(closing(reportModel(run), path, paint, columns));
    },
  };
}

/** From here where the folder is below, in full where it is not. */
function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
