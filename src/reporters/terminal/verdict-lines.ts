import { visible } from '../../report/visible.ts';
import type { Verdict } from '../../verdict.ts';
import type { Painter, Style } from './painter.ts';
import { hanging, wrapped } from './wrapped.ts';

const marks: Record<Verdict['status'], { style: Style; mark: string }> = {
  held: { style: 'green', mark: '✓ held' },
  violated: { style: 'red', mark: '✗ violated' },
  inconclusive: { style: 'yellow', mark: '? inconclusive' },
  'not-exercised': { style: 'dim', mark: '– not exercised' },
};

const mostViolations = 3;
const indent = ' '.repeat(18);

/**
 * On a terminal the promise on a short line, and under it what was found, as wide as the screen is;
 * piped, one line, and one more per violation.
 */
export function verdictLines(
  verdict: Verdict,
  paint: Painter,
  columns: number | undefined,
): string {
  const { style, mark } = marks[verdict.status];
  const head = `  ${paint(style, mark.padEnd(15))} `;
  const [title, summary] = [visible(verdict.title), visible(verdict.summary)];
  const lines =
    columns === undefined
      ? [`${head}${title}: ${summary}`]
      : [
          ...hanging(head, title, columns),
          ...wrapped(summary, indent, columns).map((line) => paint('dim', line)),
        ];
  if (verdict.status !== 'violated') return lines.join('\n');
  // A verdict that has only one thing to say says it in its summary.
  const messages = verdict.violations
    .map(({ message }) => visible(message))
    .filter((message) => message !== summary);
  const cut = messages.length - mostViolations;
  return [
    ...lines,
    ...messages.slice(0, mostViolations).flatMap((message) => wrapped(message, indent, columns)),
    ...(cut > 0 ? [`${indent}… and ${cut} more in the report`] : []),
  ].join('\n');
}
