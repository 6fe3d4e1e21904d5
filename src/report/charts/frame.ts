import { html, type Part, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';
import type { TimeAxis } from './axis.ts';

/** What the charts share: the axis, and fault bands, violations and grid behind each plot. */
export interface Canvas {
  readonly axis: TimeAxis;
  readonly backdrop: Safe;
}

export function canvas(axis: TimeAxis, { faults, steps, proofs }: ReportModel): Canvas {
  const grid = axis.ticks.map(({ t }) => verticalLine('grid', axis.at(t)));
  const starts = steps.map((step) => verticalLine('step-start', axis.at(step.startMs)));
  const bands = faults.map(({ startMs, endMs }) => {
    const length = axis.length(endMs - startMs);
    return html`<rect
        class="fault-band"
        x="${axis.at(startMs)}"
        width="${length}"
        height="100%"
      />${verticalLine('fault-edge', axis.at(startMs))}${verticalLine('fault-edge', axis.at(endMs))}`;
  });
  const noticed = [...new Set(proofs.flatMap(({ violation }) => violation.moments?.[0]?.t ?? []))];
  const violations = noticed.map((t) => verticalLine('violation-noticed', axis.at(t)));
  return { axis, backdrop: html`${grid}${bands}${starts}${violations}` };
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What the vertical axis counts, in words. */
  readonly unit: string;
  readonly legend: readonly LegendEntry[];
  readonly heightPx: number;
  /** Labels beside the plot: names of lanes or ticks of the vertical axis. */
  readonly gutter: readonly GutterLabel[];
  readonly plot: Part;
  readonly table: Safe;
}

export interface LegendEntry {
  /** CSS class that colours the swatch as it colours the marks. */
  readonly mark: string;
  readonly label: string;
}

export interface GutterLabel {
  readonly yPx: number;
  readonly text: string;
}

/** A chart with its legend, its plot and its table. */
export function chart({ axis, backdrop }: Canvas, one: Chart): Safe {
  const { id, title, unit, heightPx, gutter, plot, table } = one;
  return html`<figure class="chart" id="${id}">
    <figcaption>
      <h3>${title}</h3>
      <span class="unit">${unit}</span>
      ${legend(one.legend)}
      <p class="readout" aria-hidden="true"></p>
    </figcaption>
    <div class="frame" data-duration="${axis.durationMs}" data-title="${title}">
      <svg class="gutter" height="${heightPx}" aria-hidden="true">
        ${gutter.map(({ yPx, text }) => html`<text x="0" y="${yPx}" dy=".32em">${text}<title>${text}</title></text>`)}
      </svg>
      <svg
        class="plot"
        height="${heightPx}"
        role="img"
        aria-label="${title}, ${unit}; the table below has its values"
      >
        ${backdrop}${plot}
      </svg>
    </div>
    <details>
      <summary>${title} as a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="${title}, table">${table}</div>
    </details>
  </figure>`;
}

export function legend(entries: readonly LegendEntry[]): Safe | null {
  if (entries.length === 0) return null;
  return html`<ul class="legend">
    ${entries.map(
      ({ mark, label }) =>
        html`<li>
          <svg width="12" height="12" aria-hidden="true">
            <rect class="${mark}" width="12" height="12" rx="2" /></svg
          >${label}
        </li>`,
    )}
  </ul>`;
}

/** A drawing in its own units, stretched over the plot's width between two heights. */
export function stretched(yPx: number, heightPx: number, content: Part): Safe {
  return html`<svg
    y="${yPx}"
    width="100%"
    height="${heightPx}"
    viewBox="0 0 1000 ${heightPx}"
    preserveAspectRatio="none"
  >
    ${content}
  </svg>`;
}

function verticalLine(name: string, x: string): Safe {
  return html`<line class="${name}" x1="${x}" x2="${x}" y2="100%" />`;
}

export function horizontalLine(name: string, yPx: number): Safe {
  return html`<line class="${name}" x2="100%" y1="${yPx}" y2="${yPx}" />`;
}
