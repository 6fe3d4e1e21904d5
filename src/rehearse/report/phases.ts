import { duration, moment } from '../../report/format.ts';
import { html, type Safe } from '../../report/html.ts';
import type { Rehearsal } from '../rehearsal.ts';
import { recoveryOf } from '../verdicts/restores.ts';

/** What took how long: the recovery by phases, and what the rehearsal did beside it. */
export function phasesSection({ phases, durationMs, rtoMs }: Rehearsal): Safe | null {
  if (phases.length === 0) return null;
  const recovery = new Set(recoveryOf(phases)?.phases);
  const percent = (ms: number): string => `${((100 * ms) / Math.max(1, durationMs)).toFixed(2)}%`;
  return html`<section>
    <h2>Where the time went</h2>
    <p class="hint">
      ${
        rtoMs === null
          ? 'Full health was not reached.'
          : `${duration(rtoMs)} from the begin of the restore to full health (RTO), in the rows with a ✓; the others are the rehearsal’s own.`
      }
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Phases">
      <table class="phases">
        <thead>
          <tr>
            <th scope="col">Phase</th>
            <th scope="col">Took</th>
            <th scope="col">Began</th>
            <th scope="col">From the rehearsal’s begin on</th>
          </tr>
        </thead>
        <tbody>
          ${phases.map(
            (phase) =>
              html`<tr>
                <th scope="row">${recovery.has(phase) ? '✓ ' : ''}${phase.name}</th>
                <td>${duration(phase.endMs - phase.startMs)}</td>
                <td>${moment(phase.startMs)}</td>
                <td class="share">
                  <svg width="100%" height="14" aria-hidden="true">
                    <rect
                      class="phase-bar"
                      x="${percent(phase.startMs)}"
                      width="${percent(phase.endMs - phase.startMs)}"
                      height="100%"
                      rx="2"
                    />
                  </svg>
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
