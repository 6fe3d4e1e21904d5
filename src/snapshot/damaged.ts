import { DrillError } from '../errors.ts';

/** What is inside the file contradicts itself; `detail` is a clause such as `page 7 is …`. */
export function damaged(path: string, detail: string): DrillError {
  return new DrillError(
    `The snapshot ${path} is damaged: ${detail}. Nothing can be restored from it with certainty: take another copy of it, or another snapshot.`,
  );
}
