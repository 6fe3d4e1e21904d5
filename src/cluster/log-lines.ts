import { StringDecoder } from 'node:string_decoder';

/** One line of an etcd log, as far as drill reads it. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error' | 'fatal';
  readonly message: string;
  /** Set where the line says that this member won an election. */
  readonly electedAtTerm?: number;
}

/** Reads a line of zap's JSON (3.4 on) or of capnslog (3.3). */
export function parseLogLine(line: string): LogLine {
  const { level, message } = line.startsWith('{') ? parseJson(line) : parseCapnslog(line);
  const elected = / became leader at term (\d+)/.exec(message);
  return { level, message, ...(elected ? { electedAtTerm: Number(elected[1]) } : {}) };
}

function parseJson(line: string): Omit<LogLine, 'electedAtTerm'> {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    // Cut off by a kill in the middle of a write: shown as it is.
    return { level: 'info', message: line };
  }
  if (typeof fields['msg'] !== 'string') return { level: 'info', message: line };
  const why = [fields['error'], fields['panic']].filter((field) => typeof field === 'string');
  return { level: levelOf(fields['level']), message: [fields['msg'], ...why].join(': ') };
}

function levelOf(level: unknown): LogLine['level'] {
  if (level === 'warn' || level === 'error') return level;
  return level === 'fatal' || level === 'panic' || level === 'dpanic' ? 'fatal' : 'info';
}

const capnslog = /^\S+ \S+ ([DINWEC]) \| (.*)$/;

function parseCapnslog(line: string): Omit<LogLine, 'electedAtTerm'> {
  const match = capnslog.exec(line);
  if (!match)
    return { level: /^panic:|^fatal error:/.test(line) ? 'fatal' : 'info', message: line };
  const levels: Record<string, LogLine['level']> = { W: 'warn', E: 'error', C: 'fatal' };
  return { level: levels[match[1] ?? ''] ?? 'info', message: match[2] ?? '' };
}

/** Splits a byte stream into lines, across chunks and multi-byte characters. */
export function lineSplitter(onLine: (line: string) => void): {
  write(chunk: Buffer): void;
  end(): void;
} {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    write(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    end() {
      rest += decoder.end();
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
