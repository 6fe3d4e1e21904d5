import { scaleLinear } from 'd3-scale';

/** The one time axis that all charts share, in per cent of the plot's width. */
export interface TimeAxis {
  readonly durationMs: number;
  /** A moment as an SVG length. */
  readonly at: (t: number) => string;
  /** A stretch of time as an SVG length. */
  readonly length: (ms: number) => string;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly t: number;
  readonly label: string;
}

export function timeAxis(durationMs: number): TimeAxis {
  const scale = scaleLinear([0, durationMs], [0, 100]).clamp(true);
  const at = (t: number): string => percent(scale(t));
  return { durationMs, at, length: (ms) => percent(scale(ms)), ticks: ticksOf(durationMs) };
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const stepsMs = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minute),
  ...[1, 2, 4, 6, 12, 24].map((hours) => hours * hour),
];
const mostTicks = 8;

/** Round in the units people read clocks in, which decimal ticks are not beyond a minute. */
function ticksOf(durationMs: number): Tick[] {
  const fits = stepsMs.find((step) => durationMs / step <= mostTicks);
  const stepMs = fits ?? Math.ceil(durationMs / mostTicks / hour / 24) * 24 * hour;
  return Array.from({ length: Math.floor(durationMs / stepMs) + 1 }, (_, index) => {
    const t = index * stepMs;
    return { t, label: label(t, stepMs) };
  });
}

function label(t: number, stepMs: number): string {
  if (t === 0) return '0';
  if (stepMs < second) return `${(t / second).toFixed(1)} s`;
  if (stepMs < minute && t < minute) return `${t / second} s`;
  if (stepMs < minute) return `${Math.floor(t / minute)}:${twoDigits((t % minute) / second)}`;
  if (stepMs < hour && t < hour) return `${t / minute} min`;
  return `${Math.floor(t / hour)}:${twoDigits((t % hour) / minute)} h`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function percent(value: number): string {
  return `${Number(value.toFixed(2))}%`;
}
