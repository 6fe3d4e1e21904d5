import { cutText } from '../cut.ts';
import { html, type Safe } from '../html.ts';
import { kindOf, operationLabel } from '../operation-label.ts';
import { at, type ProofAxis } from './proof-axis.ts';
import type { IntervalRow } from './interval-rows.ts';

const mostCharacters = 64;
/** A label begins where its bar does, or ends before it, whichever side has more room. */
const middle = 52;

/**
 * One operation as a closed interval from its invocation to its return, with its label above it.
 * Writes are full, reads hollow; what failed is crossed out, and an unknown outcome stays open to
 * the right, because it may take effect at any later time.
 */
export function interval(axis: ProofAxis, { placed, yPx, barPx, isProof }: IntervalRow): Safe {
  const { operation, position } = placed;
  const { invokedMs, returnedMs, outcome } = operation;
  const [x1, x2] = [axis.percent(invokedMs), axis.percent(returnedMs)];
  const isOpen = outcome.status === 'unknown';
  const end = isOpen ? 100 : x2;
  const y = yPx - barPx / 2;
  const label = operationLabel(operation);
  const side = x1 <= middle ? 'label' : 'label end';
  const shape = `${kindOf(operation)} ${outcome.status}`;
  return html`<g class="interval ${isProof ? 'proves' : 'beside'} ${shape}">
    <title>#${position} ${label}</title>
    <rect x="${at(x1)}" y="${y}" width="${at(end - x1)}" height="${barPx}" />
    ${invokedMs < axis.fromMs ? null : cap(x1, y, barPx)}
    ${returnedMs > axis.toMs ? null : isOpen ? givenUp(x2, y, barPx) : cap(x2, y, barPx)}
    ${outcome.status === 'failed' || outcome.status === 'never-sent' ? cross(x2, yPx, barPx) : null}
    <text class="${side}" x="${at(x1)}" y="${y - 6}" dx="${x1 <= middle ? 0 : -7}"
      >${cutText(label, mostCharacters)}</text
    >
  </g>`;
}

/** The ends are lines of a fixed width, so that the shortest operation is still seen. */
function cap(x: number, y: number, barPx: number): Safe {
  return html`<line class="cap" x1="${at(x)}" x2="${at(x)}" y1="${y - 2}" y2="${y + barPx + 2}" />`;
}

function givenUp(x: number, y: number, barPx: number): Safe {
  return html`<line
    class="given-up"
    x1="${at(x)}"
    x2="${at(x)}"
    y1="${y - 2}"
    y2="${y + barPx + 2}"
  >
    <title>the client gave up here</title>
  </line>`;
}

function cross(x: number, yPx: number, barPx: number): Safe {
  return html`<text
    class="cross"
    x="${at(x)}"
    y="${yPx}"
    dx="9"
    dy="${barPx > 8 ? '.36em' : '.4em'}"
    >×</text
  >`;
}
