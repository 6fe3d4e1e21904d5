import { timeAxis, type TimeAxis } from '../charts/axis.ts';
import { errorsChart } from '../charts/errors.ts';
import { canvas } from '../charts/frame.ts';
import { latencyChart } from '../charts/latency.ts';
import { leadersChart } from '../charts/leaders.ts';
import { memberOperationsChart } from '../charts/member-operations.ts';
import { metricChart } from '../charts/metrics.ts';
import { stepsChart } from '../charts/steps.ts';
import { throughputChart } from '../charts/throughput.ts';
import { moment } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';

/** All charts over one time axis, with the faults behind them. */
export function timelineSection(model: ReportModel): Safe {
  const { activity, leadership, metrics, durationMs } = model;
  const axis = timeAxis(durationMs);
  const shared = canvas(axis, model);
  const hasLoad = activity.members.length > 0;
  return html`<section class="timeline">
    <h2>Timeline</h2>
    <p class="hint">
      Time counts from the start of the run.
      ${model.faults.length === 0 ? null : 'Shaded: the time a fault was in place.'}
      ${violationLinks(model)}
      <span hidden
        >Point at a chart, or focus one and use the arrow keys, to read all of them at one
        moment.</span
      >
    </p>
    <p class="visually-hidden" role="status" id="moment"></p>
    <svg class="patterns" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern
          id="hatch"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="3" height="6" />
        </pattern>
      </defs>
    </svg>
    ${axisRow(axis)} ${stepsChart(shared, model)} ${leadersChart(shared, leadership)}
    ${hasLoad ? null : html`<p class="empty">The run recorded no operations.</p>`}
    ${memberOperationsChart(shared, activity)} ${hasLoad ? throughputChart(shared, activity) : null}
    ${latencyChart(shared, activity)} ${errorsChart(shared, activity)}
    ${metrics.map((series) => metricChart(shared, series))} ${axisRow(axis)}
  </section>`;
}

/** The lines that stand for violations, each with its proof; the earliest few by name. */
function violationLinks({ proofs }: ReportModel): Safe | null {
  const noticed = proofs
    .flatMap(({ id, violation }) =>
      (violation.moments ?? []).slice(0, 1).map(({ t }) => ({ id, t })),
    )
    .toSorted((a, b) => a.t - b.t);
  if (noticed.length === 0) return null;
  const links = noticed
    .slice(0, mostLinks)
    .map(({ id, t }, index) => html`${index > 0 ? ', ' : null}<a href="#${id}">${moment(t)}</a>`);
  return html`Long dashes: a violation was noticed
  (${links}${noticed.length > mostLinks ? ' …' : null}).`;
}

const mostLinks = 5;

function axisRow({ ticks, at, durationMs }: TimeAxis): Safe {
  return html`<div class="frame axis" aria-hidden="true">
    <svg class="gutter" height="20"></svg
    ><svg class="plot" height="20">
      ${ticks.map(
        ({ t, label }, index) =>
          html`<text
            class="tick${index % 2 === 0 ? null : ' minor'}${t > durationMs * 0.97 ? ' last' : null}"
            x="${at(t)}"
            y="10"
            dy=".32em"
            >${label}</text
          >`,
      )}
    </svg>
  </div>`;
}
