import type { Finding } from './result.ts';

/** Findings kept in full for one property; later ones are only counted. */
export const maxFindings = 20;

/** Collects the findings of one property; messages are written only for those that are kept. */
export interface Findings {
  total: number;
  readonly kept: Finding[];
}

export function noFindings(): Findings {
  return { total: 0, kept: [] };
}

export function report(
  findings: Findings,
  kind: string,
  operations: readonly number[],
  atMs: number,
  message: () => string,
): void {
  findings.total += 1;
  const { kept } = findings;
  const last = kept.at(-1);
  if (kept.length === maxFindings && last !== undefined && last.atMs <= atMs) return;
  if (kept.length === maxFindings) kept.pop();
  const position = kept.findLastIndex((finding) => finding.atMs <= atMs) + 1;
  const known = [...new Set(operations)].filter((operation) => operation >= 0);
  kept.splice(position, 0, { kind, operations: known, atMs, message: message() });
}
