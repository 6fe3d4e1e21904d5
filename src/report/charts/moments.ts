import { cutText } from '../cut.ts';
import { moment } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';
import type { ViolationMoment } from '../../verdict.ts';
import { timeAxis } from './axis.ts';
import { canvas, type Canvas } from './frame.ts';
import { roleBar, roleLegend } from './leaders.ts';

const lanePx = 24;
const momentPx = 34;
const axisPx = 24;
const mostMoments = 8;
const mostCharacters = 70;

/**
 * A violation that no operation proves, on the run's time axis: when it was seen, over the members
 * as each saw itself, with the faults behind them.
 */
export function momentsDiagram(model: ReportModel, moments: readonly ViolationMoment[]): Safe {
  const { lanes } = model.leadership;
  const shared = canvas(timeAxis(model.durationMs), model);
  const shown = moments.slice(0, mostMoments);
  const bottomPx = lanes.length * lanePx;
  const heightPx = Math.max(bottomPx + shown.length * momentPx, lanePx);
  const laneOf = (member: string | undefined): number | null => {
    const lane = lanes.findIndex((one) => one.member === member);
    return lane === -1 ? null : (lane + 0.5) * lanePx;
  };
  return html`<figure class="intervals moments">
    <div class="scroll" tabindex="0" role="region" aria-label="Diagram of the moments">
      <div class="frame">
        <svg class="gutter" height="${heightPx + axisPx}" aria-hidden="true">
          ${lanes.map(({ member }, lane) => html`<text class="who" y="${(lane + 0.5) * lanePx}" dy=".32em">${member}</text>`)}
          ${shown.map(({ member }, row) => html`<text class="who" y="${bottomPx + row * momentPx + 24}">${member ?? 'cluster'}</text>`)}
        </svg>
        <svg
          class="plot"
          height="${heightPx + axisPx}"
          role="img"
          aria-label="When it was seen, over the members and faults; the list below has the same"
        >
          <svg width="100%" height="${heightPx}">${shared.backdrop}</svg>
          ${lanes.map(({ spans }, lane) => spans.map((span) => roleBar(shared, span, (lane + 0.5) * lanePx)))}
          ${shown.map((one, row) => mark(shared, one, bottomPx + row * momentPx, laneOf(one.member)))}
          ${shared.axis.ticks.map(({ t, label }) => html`<text class="tick-label${t === 0 ? ' first' : null}" x="${shared.axis.at(t)}" y="${heightPx + 16}">${label}</text>`)}
        </svg>
      </div>
    </div>
    <figcaption>${caption(model, moments)}</figcaption>
  </figure>`;
}

/** A line from the moment's row up to the member's lane, or through all lanes. */
function mark(
  { axis }: Canvas,
  { t, text }: ViolationMoment,
  topPx: number,
  lanePxOfMember: number | null,
): Safe {
  const x = axis.at(t);
  const isRight = t > axis.durationMs / 2;
  return html`<g class="moment">
    <line x1="${x}" x2="${x}" y1="${lanePxOfMember ?? 0}" y2="${topPx + 20}" />
    ${lanePxOfMember === null ? null : html`<circle cx="${x}" cy="${lanePxOfMember}" r="6" />`}
    <circle cx="${x}" cy="${topPx + 20}" r="4" />
    <text class="${isRight ? 'end' : 'start'}" x="${x}" y="${topPx + 24}" dx="${isRight ? -10 : 10}"
      >${cutText(text, mostCharacters)}, ${moment(t)}</text
    >
  </g>`;
}

function caption({ leadership, faults }: ReportModel, moments: readonly ViolationMoment[]): Safe {
  const cut = moments.length - mostMoments;
  return html`${
    moments.length === 0
      ? 'No client’s operation and no single moment shows this; here is the run as its members saw it. '
      : 'No client’s operation shows this; here is when it was seen. '
  }${faults.length === 0 ? null : 'Shaded: the time a fault was in place. '}${
    cut > 0 ? `${cut} more moments are left out. ` : null
  }${roleLegend(leadership)}`;
}
