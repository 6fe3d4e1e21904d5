import { formatDuration } from '../../duration.ts';
import type { Operation, Request } from '../../history/operation.ts';
import { isWrite } from './requests.ts';

/** `put #1234 of client 7 (key "k/17", acknowledged at revision 5120 by m1)`. */
export function describeOperation(operation: Operation, position: number): string {
  const { request, client, member, outcome } = operation;
  const end =
    outcome.status === 'ok'
      ? `${isWrite(request) ? 'acknowledged' : 'answered'} at revision ${outcome.result.revision} by ${member}`
      : outcome.status === 'unknown'
        ? `unknown outcome on ${member}`
        : `${outcome.status === 'failed' ? 'refused by' : 'never sent to'} ${member}`;
  return `${nameOf(request)} #${position} of client ${client} (${[...subjectOf(request), end].join(', ')})`;
}

/** A moment of the run, for the end of a sentence: `at 12.3 s`. */
export function atTime(ms: number): string {
  return `at ${formatDuration(ms)}`;
}

/** `m1`, `m1 and m2`, `m1, m2 and m3`. */
export function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `1 write`, `2 writes`, `12,000 writes`. */
export function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount.toLocaleString('en-US')} ${amount === 1 ? singular : plural}`;
}

function nameOf(request: Request): string {
  if (request.kind === 'range') return request.serializable === true ? 'serializable read' : 'read';
  return request.kind;
}

function subjectOf(request: Request): string[] {
  switch (request.kind) {
    case 'put':
    case 'range':
    case 'delete':
      return [`key ${JSON.stringify(request.key)}`];
    case 'txn':
      return [...new Set([...request.success, ...request.failure].map(({ key }) => key))]
        .slice(0, 3)
        .map((key) => `key ${JSON.stringify(key)}`);
    case 'lease-grant':
    case 'lease-revoke':
    case 'lease-keepalive':
      return request.lease === undefined ? [] : [`lease ${request.lease}`];
    case 'compact':
      return [`to revision ${request.revision}`];
  }
}
