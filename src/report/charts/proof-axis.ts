import { scaleLinear } from 'd3-scale';
import { html, type Safe } from '../html.ts';
import { knownMs, type PlacedOperation } from '../model/neighbours.ts';

/** The time axis of one proof: as long as its operations, counted from the first of them. */
export interface ProofAxis {
  readonly fromMs: number;
  readonly toMs: number;
  /** Where the axis has its zero: the invocation of the first operation. */
  readonly originMs: number;
  /** A moment of the run in per cent of the width, kept within it. */
  readonly percent: (t: number) => number;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

/** Room at both ends, as a share of the proof's length: what follows must be seen to follow. */
const margin = 0.22;
const leastMs = 1;
/** A label nearer to the edge than this, in per cent, would be cut off. */
const edge = 4;

export function proofAxis(operations: readonly PlacedOperation[]): ProofAxis {
  const originMs = Math.min(...operations.map(({ operation }) => operation.invokedMs));
  const known = Math.max(...operations.map(({ operation }) => knownMs(operation)));
  const given = Math.max(...operations.map(({ operation }) => operation.returnedMs));
  // Where nothing but unknown outcomes proves it, their deadlines are all there is to see.
  const endMs = known > originMs ? known : given;
  const roomMs = Math.max((endMs - originMs) * margin, leastMs / 2);
  const [fromMs, toMs] = [originMs - roomMs, endMs + roomMs];
  const scale = scaleLinear([fromMs, toMs], [0, 100]).clamp(true);
  const offsets = scaleLinear([fromMs - originMs, toMs - originMs], [0, 100]);
  return {
    fromMs,
    toMs,
    originMs,
    percent: (t) => scale(t),
    ticks: offsets
      .ticks(6)
      .map((offset) => ({ x: offsets(offset), label: offsetText(offset) }))
      .filter(({ x }) => x > edge && x < 100 - edge),
  };
}

/** Grid lines over the whole height, and under them their labels. */
export function axisMarks({ ticks }: ProofAxis, heightPx: number): Safe {
  return html`${ticks.map(
    ({ x, label }) =>
      html`<line class="grid" x1="${at(x)}" x2="${at(x)}" y2="${heightPx}" /><text
          class="tick-label"
          x="${at(x)}"
          y="${heightPx + 16}"
          >${label}</text
        >`,
  )}`;
}

export function at(percent: number): string {
  return `${Number(percent.toFixed(2))}%`;
}

function offsetText(ms: number): string {
  const isLong = Math.abs(ms) >= 10_000;
  const value = Number((isLong ? ms / 1000 : ms).toPrecision(6));
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value)} ${isLong ? 's' : 'ms'}`;
}
