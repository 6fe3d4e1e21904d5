import { duration } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';
import type { FaultBand } from '../model/faults.ts';
import type { Step } from '../model/steps.ts';
import { type Canvas, chart } from './frame.ts';
import { spanTable } from './table.ts';

const rowPx = 26;
const barPx = 20;
const mostRows = 8;

interface Bar {
  readonly name: string;
  readonly mark: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What the drill did: its steps, and under them its faults, in as few rows as they fit in. */
export function stepsChart(canvas: Canvas, { steps, faults }: ReportModel): Safe {
  const rows = [...packed(steps.map(stepBar)), ...packed(faults.map(faultBar))].slice(0, mostRows);
  const firstFaultRow = packed(steps.map(stepBar)).length;
  return chart(canvas, {
    id: 'steps',
    title: 'Steps and faults',
    unit: 'what the drill did',
    legend: [],
    heightPx: Math.max(1, rows.length) * rowPx,
    gutter: [
      { yPx: rowPx / 2, text: 'steps' },
      ...(faults.length === 0 ? [] : [{ yPx: (firstFaultRow + 0.5) * rowPx, text: 'faults' }]),
    ],
    plot: rows.map((row, index) => row.map((one) => bar(canvas, one, index * rowPx))),
    table: spanTable(
      ['What', 'Kind', 'Took'],
      [...steps.map(stepBar), ...faults.map(faultBar)]
        .toSorted((a, b) => a.startMs - b.startMs)
        .map(({ name, mark, startMs, endMs }) => ({
          startMs,
          endMs,
          cells: [name, kinds[mark] ?? mark, duration(endMs - startMs)],
        })),
    ),
  });
}

const kinds: Record<string, string> = {
  'step-done': 'step',
  'step-failed': 'failed step',
  'step-running': 'step that never ended',
  'fault-bar': 'fault',
};

function stepBar({ name, outcome, startMs, endMs }: Step): Bar {
  return { name, mark: `step-${outcome}`, startMs, endMs };
}

function faultBar({ title, startMs, endMs }: FaultBand): Bar {
  return { name: title, mark: 'fault-bar', startMs, endMs };
}

/** Rows without overlaps, filled from the top in order of the starts. */
function packed(bars: readonly Bar[]): Bar[][] {
  const rows: Bar[][] = [];
  for (const one of bars) {
    const row = rows.find((other) => (other.at(-1)?.endMs ?? 0) <= one.startMs);
    if (row === undefined) rows.push([one]);
    else row.push(one);
  }
  return rows;
}

function bar({ axis }: Canvas, { name, mark, startMs, endMs }: Bar, topPx: number): Safe {
  const x = axis.at(startMs);
  const length = axis.length(endMs - startMs);
  const y = topPx + (rowPx - barPx) / 2;
  return html`<svg x="${x}" y="${y}" width="${length}" height="${barPx}">
    <rect class="${mark}" width="100%" height="100%" rx="3">
      <title>${name}, ${duration(endMs - startMs)}</title>
    </rect>
    <text class="bar-label" x="6" y="${barPx / 2}" dy=".34em">${name}</text>
  </svg>`;
}
