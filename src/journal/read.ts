import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DrillError, messageOf } from '../errors.ts';
import type { History } from '../history/history.ts';
import { readHistory } from '../history/read.ts';
import { type JournalEvent, journalEvent, journalSchema } from './events.ts';
import { type RecordedRun, recordedRun } from './recorded-run.ts';

/**
 * Reads a run's folder: `journal.jsonl` and `history.bin`. A run that died left less: a history that
 * is missing reads as an empty one, one that was cut off as far as it goes; a warning event says so.
 */
export async function readRun(directory: string): Promise<RecordedRun> {
  const events = await readJournal(join(directory, 'journal.jsonl'));
  const historyPath = join(directory, 'history.bin');
  if (!existsSync(historyPath)) {
    const message = 'history.bin is missing: the run recorded no operations.';
    return recordedRun([...events, warning(events, message)], emptyHistory);
  }
  const history = readHistory(historyPath);
  if (history.cut === undefined) return recordedRun(events, history);
  return recordedRun([...events, warning(events, history.cut)], history);
}

/**
 * Reads and validates a journal. A last line that was cut off in mid-write (the runner was killed)
 * is left out, and a warning event in its place says so; anything else unreadable is a DrillError.
 */
export async function readJournal(path: string): Promise<JournalEvent[]> {
  const text = await readText(path);
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const cutOff = last !== '' && !isJson(last);
  if (last !== '' && !cutOff) lines.push(last);
  checkSchema(path, lines[0]);
  const events = lines.map((line, index) => parseLine(path, line, index + 1));
  if (!cutOff) return events;
  const message = `The journal's last line was cut off after ${Buffer.byteLength(last)} bytes and is left out: the run died while writing it.`;
  return [...events, warning(events, message)];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new DrillError(
      `Could not read the journal ${path}: ${messageOf(error)}. Name a run's folder, as printed at its end.`,
      undefined,
      error,
    );
  }
}

/** Checked before anything else, because another schema makes every other message misleading. */
function checkSchema(path: string, firstLine: string | undefined): void {
  const header = z
    .object({ type: z.literal('run.started'), schema: z.number() })
    .safeParse(firstLine === undefined ? undefined : parseJson(firstLine));
  if (!header.success) {
    throw new DrillError(
      `The journal ${path} does not begin with \`run.started\`: it is no journal of drill's, or the run died before its first event.`,
    );
  }
  if (header.data.schema !== journalSchema) {
    throw new DrillError(
      `The journal ${path} has schema ${header.data.schema}; this drill reads schema ${journalSchema}. ` +
        'Read it with the version of drill that wrote it (`versions.drill` in its first line).',
    );
  }
}

function parseLine(path: string, line: string, number: number): JournalEvent {
  const parsed = journalEvent.safeParse(parseJson(line));
  if (parsed.success) return parsed.data;
  throw new DrillError(
    `Line ${number} of the journal ${path} is not an event of schema ${journalSchema}: ` +
      `${z.prettifyError(parsed.error)}. The file was changed or damaged after the run.`,
  );
}

function isJson(line: string): boolean {
  return parseJson(line) !== undefined;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function warning(events: readonly JournalEvent[], message: string): JournalEvent {
  return { type: 'warning', t: events.at(-1)?.t ?? 0, message };
}

/** Of a run that recorded no operations. */
export const emptyHistory: History = {
  operationCount: 0,
  watchRecordCount: 0,
  operations: () => [],
  watchRecords: () => [],
};
