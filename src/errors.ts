/** Exit codes of every command. Of several the first of 4, 130, 1, 3, 2, 0 is the command's. */
export const exitCode = {
  held: 0,
  violated: 1,
  inconclusive: 2,
  couldNotRun: 3,
  notRemoved: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/**
 * An error that ends a command: `message` says what happened, with the value received, and what to
 * do about it; `code` is the command's exit code. Anything else that is thrown is a bug in drill.
 */
export class DrillError extends Error {
  readonly code: ExitCode;
  constructor(message: string, code: ExitCode = exitCode.couldNotRun, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DrillError';
    this.code = code;
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
