import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { DrillError } from '../errors.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Interrupts the program, as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program of this machine and returns what it printed to stdout. One that fails is a
 * `DrillError` with the end of its output.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env, signal }: ProgramOptions = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      ...(cwd !== undefined && { cwd }),
      ...(signal !== undefined && { signal, killSignal: 'SIGINT' }),
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    throw new DrillError(
      `\`${[program, ...args].join(' ')}\` ${complaint(error)}`,
      undefined,
      error,
    );
  }
}

/** Whether a program is on this machine's PATH. */
export function hasProgram(program: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function complaint(error: unknown): string {
  if (!(error instanceof Error)) return `failed: ${String(error)}`;
  const { code, stderr, stdout } = error as Error & {
    code?: string | number;
    stderr?: string;
    stdout?: string;
  };
  if (code === 'ENOENT') return 'is not on this machine';
  const output = [stdout, stderr].join('\n').trim();
  const tail = output.split('\n').slice(-15).join('\n');
  return `failed (status ${code ?? 'unknown'})${tail === '' ? '' : `; the end of its output:\n${tail}`}`;
}
