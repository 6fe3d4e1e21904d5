import { DrillError } from '../errors.ts';
import type { Retention } from './rotate.ts';

const unitMs = new Map([
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 7 * 86_400_000],
]);

/** What `--keep 7d` and `--keep-last 5` say; each may be absent. */
export function readRetention(keep: string | undefined, last: string | undefined): Retention {
  return {
    ...(keep !== undefined && { withinMs: readAge(keep) }),
    ...(last !== undefined && { last: readCount(last) }),
  };
}

function readAge(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([a-z])$/.exec(text) ?? [];
  const factor = unitMs.get(unit);
  if (factor === undefined || Number(amount) === 0) {
    throw new DrillError(
      `\`--keep ${text}\` is no age: expected a number with \`h\`, \`d\` or \`w\`, for example 7d.`,
    );
  }
  return Number(amount) * factor;
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new DrillError(`\`--keep-last ${text}\` is no number of backups: expected 1 or more.`);
}
