import { cutText } from '../cut.ts';
import { duration, moment } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';
import type { FaultBand } from '../model/faults.ts';

/** What was broken, when, and what proved that it bit and that it is gone. */
export function faultsSection({ faults }: ReportModel): Safe {
  if (faults.length === 0) {
    return html`<section>
      <h2>Faults</h2>
      <p class="empty">No fault was injected.</p>
    </section>`;
  }
  return html`<section>
    <h2>Faults</h2>
    ${faults.map(card)}
  </section>`;
}

const proofs = {
  proved: { tone: 'good', text: '✓ proved' },
  unproved: { tone: 'open', text: '? did not bite' },
  none: { tone: 'open', text: '? no proof recorded' },
} as const;

const states: Record<FaultBand['state'], { tone: string; text: string }> = {
  healed: { tone: 'good', text: '✓ healed' },
  injecting: { tone: 'open', text: '? never took effect' },
  injected: { tone: 'bad', text: '✗ not healed when the record ends' },
  left: { tone: 'open', text: '? cannot be undone: what it damaged stays' },
  'heal-failed': { tone: 'bad', text: '✗ could not be healed' },
  'lease-expired': { tone: 'open', text: '? healed itself: its lease ran out' },
};

function card(fault: FaultBand): Safe {
  const proof = proofs[fault.proof];
  const state = states[fault.state];
  const lasted = duration(fault.endMs - fault.startMs);
  return html`<article class="card">
    <h3>${fault.title}</h3>
    <p>
      <span class="verdict ${proof.tone}">${proof.text}</span>
      <span class="verdict ${state.tone}">${state.text}</span> ${fault.name} from
      ${moment(fault.startMs)} to ${moment(fault.endMs)}, ${lasted}${before(fault)}
    </p>
    ${
      fault.evidence.length === 0
        ? null
        : html`<ul class="evidence">
            ${fault.evidence.map(({ t, about, text }) => html`<li><span>${moment(t)} ${about}</span> ${cutText(text, 400)}</li>`)}
          </ul>`
    }
  </article>`;
}

function before({ cut }: FaultBand): string {
  if (cut === undefined) return '';
  const leader = cut.leader === null ? 'no leader' : `leader ${cut.leader}`;
  const links = cut.links.length === 1 ? '1 link' : `${cut.links.length} links`;
  const what = cut.down ? `${cut.down.join(', ')} down` : `${links} cut (${cut.scope} traffic)`;
  return `; ${what}, ${leader} at term ${cut.term} when it began`;
}
