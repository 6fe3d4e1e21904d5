import type { z } from 'zod';
import { nearest } from './parameters.ts';

/**
 * What is wrong with a value that came from a user, by its field and with the value received:
 * `cluster.members is 12: Too big: …`. An unknown field names the nearest of those
 * that `fieldsAt` knows in its place (none: no hint).
 */
export function describeIssue(
  issue: z.core.$ZodIssue,
  root: string,
  fieldsAt: (path: readonly PropertyKey[]) => readonly string[],
  input: unknown,
): string {
  const place = [root, ...issue.path].join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const fields = fieldsAt(issue.path);
    const hint = fields.length > 0 ? `, did you mean \`${nearest(key, fields)}\`` : '';
    return `${place} has no field \`${key}\`${hint}`;
  }
  const value = issue.path.reduce<unknown>(
    (at, name) => (at as Record<PropertyKey, unknown> | undefined)?.[name],
    input,
  );
  return `${place} is ${JSON.stringify(value) ?? String(value)}: ${issue.message}`;
}
