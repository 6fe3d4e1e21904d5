import { DrillError } from './errors.ts';

/** Milliseconds as a number, or text with a unit: `250ms`, `10s`, `1.5m`, `1h`. */
export type Duration = string | number;

const unitMs = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
const pattern = /^(\d+(?:\.\d+)?) ?([a-z]+)$/;

/** The milliseconds of a duration. Throws a `DrillError` for anything that is not one, or negative. */
export function durationMs(value: Duration): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  const [, amount, unit = ''] = (typeof value === 'string' ? pattern.exec(value) : null) ?? [];
  const factor = unitMs.get(unit);
  if (factor === undefined) {
    throw new DrillError(
      `${JSON.stringify(value) ?? String(value)} is not a duration: write milliseconds as a number, or a number with \`ms\`, \`s\`, \`m\` or \`h\`, for example "10s".`,
    );
  }
  return Number(amount) * factor;
}

/** A duration as people read it, to three digits: `40 ms`, `1.15 s`, `12.3 s`, `154 s`. */
export function formatDuration(ms: number): string {
  const rounded = Math.round(ms);
  if (Math.abs(rounded) < 1000) return `${rounded} ms`;
  const seconds = rounded / 1000;
  const digits = Math.abs(seconds) < 10 ? 2 : Math.abs(seconds) < 100 ? 1 : 0;
  return `${Number(seconds.toFixed(digits))} s`;
}
