import type { Measurement } from '../verdict.ts';

/** `0.42 ms`, `312 ms`, `1.26 s`, `12.4 s`, `3 min 05 s`, `2 h 07 min`: three digits that matter. */
export function duration(ms: number): string {
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms === 0) return '0 ms';
  if (ms < 9.995) return `${ms.toFixed(2)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600 && seconds % 60 === 0) return `${seconds / 60} min`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${padded(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${padded(minutes % 60)} min`;
}

/** `12,345`; up to two decimals where the value has them. No locale: reports must not differ. */
export function count(value: number): string {
  const [whole = '', fraction] = trimmed(value, 2).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export function bytes(value: number): string {
  if (Math.abs(value) < 1024) return `${count(value)} B`;
  if (Math.abs(value) < 1024 ** 2) return `${trimmed(value / 1024, 1)} KiB`;
  if (Math.abs(value) < 1024 ** 3) return `${trimmed(value / 1024 ** 2, 1)} MiB`;
  return `${trimmed(value / 1024 ** 3, 2)} GiB`;
}

/** A value in the unit its measurement names. */
export function quantity(value: number, unit: Measurement['unit']): string {
  switch (unit) {
    case 'ms':
      return duration(value);
    case 'count':
      return count(value);
    case 'bytes':
      return bytes(value);
    case 'percent':
      return `${trimmed(value, 2)}%`;
    case 'per-second':
      return `${count(value)}/s`;
  }
}

/** `0.42 ms`, `35 ms`, `7,478 ms`: for comparing lengths with each other. */
export function milliseconds(ms: number): string {
  return `${count(ms >= 10 ? Math.round(ms) : Number(ms.toPrecision(2)))} ms`;
}

/** A moment of the run, as on its time axis: `12.345 s`, `1:02:03.4` beyond a minute. */
export function moment(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(3)} s`;
  const seconds = (ms % 60_000) / 1000;
  const minutes = Math.floor(ms / 60_000);
  const clock = `${padded(minutes % 60)}:${seconds < 10 ? '0' : ''}${seconds.toFixed(1)}`;
  return minutes < 60 ? clock : `${Math.floor(minutes / 60)}:${clock}`;
}

/** `2026-01-14 09:30:00 UTC` from an ISO instant. */
export function instant(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

function padded(value: number): string {
  return String(value).padStart(2, '0');
}
