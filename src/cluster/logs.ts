import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { JournalEvent } from '../journal/events.ts';
import { lineSplitter, parseLogLine } from './log-lines.ts';

/** Warnings a member may put into the journal; the rest are counted and stand in its log file. */
const journaledPerMember = 200;
const headLines = 4;
const tailLines = 12;

/**
 * One member's log: a file in the run's folder, where there is one, and its warnings and elections
 * in the journal.
 */
export interface MemberLog extends AsyncDisposable {
  /** Follows a container that is about to start; call it again before each start. */
  follow(container: Docker.Container): Promise<void>;
  /**
   * The first and the last lines, for the message about a member that did not start: etcd says
   * what is wrong with a flag first, and then prints pages of usage.
   */
  excerpt(): string[];
  /**
   * Why etcd ended, once its log is whole: the first fatal line since its last start (what follows a
   * panic is its trace), else the last line.
   */
  lastWords(): Promise<string | undefined>;
}

/** A log is whole within milliseconds of its process's end; one that stays open is not waited for. */
const wholeWithinMs = 1000;

export function openMemberLog(
  member: string,
  folder: string | undefined,
  nowMs: () => number,
  write: (event: JournalEvent) => void,
): MemberLog {
  const file =
    folder === undefined
      ? undefined
      : createWriteStream(join(folder, `${member}.log`), { flags: 'a' });
  file?.on('error', (error) =>
    write({
      type: 'warning',
      t: nowMs(),
      message: `${member}'s log is not kept: ${error.message}`,
    }),
  );
  const head: string[] = [];
  const tail: string[] = [];
  let lines = 0;
  let journaled = 0;
  let fatal: string | undefined;
  let whole = Promise.resolve();

  const onLine = (line: string): void => {
    file?.write(`${line}\n`);
    lines += 1;
    if (head.length < headLines) head.push(line);
    else tail.push(line);
    if (tail.length > tailLines) tail.shift();
    const { level, message, electedAtTerm } = parseLogLine(line);
    if (electedAtTerm !== undefined)
      write({ type: 'elected', t: nowMs(), member, term: electedAtTerm });
    if (level === 'fatal') fatal ??= line;
    if (level === 'info') return;
    journaled += 1;
    if (journaled <= journaledPerMember) write({ type: 'log', t: nowMs(), member, level, message });
  };

  const streams = new Set<NodeJS.ReadWriteStream>();
  return {
    async follow(container) {
      const stream = await container.attach({ stream: true, stdout: true, stderr: true });
      streams.add(stream);
      fatal = undefined;
      const sinks = [lineSink(onLine), lineSink(onLine)] as const;
      whole = Promise.allSettled(sinks.map((sink) => finished(sink))).then(() => undefined);
      container.modem.demuxStream(stream, ...sinks);
      stream.once('end', () => {
        streams.delete(stream);
        for (const sink of sinks) sink.end();
      });
    },
    excerpt() {
      const cut = lines - head.length - tail.length;
      const isCut = fatal !== undefined && ![...head, ...tail].includes(fatal);
      return [
        ...head,
        ...(cut > 0 ? [`… ${cut} more lines in logs/${member}.log …`] : []),
        ...(isCut ? [fatal ?? ''] : []),
        ...tail,
      ];
    },
    async lastWords() {
      await Promise.race([whole, pause(wholeWithinMs, undefined, { ref: false })]);
      return withoutTrace(fatal ?? tail.at(-1) ?? head.at(-1));
    },
    async [Symbol.asyncDispose]() {
      for (const stream of streams) (stream as unknown as Writable).destroy();
      const more = journaled - journaledPerMember;
      if (more > 0) {
        const message = `${member} logged ${more} more warnings than the journal holds: see logs/${member}.log`;
        write({ type: 'warning', t: nowMs(), message });
      }
      if (!file) return;
      file.end();
      await finished(file).catch(() => undefined); // reported by the listener above
    },
  };
}

const withoutTrace = (line?: string): string | undefined =>
  line?.replace(/,"stacktrace":"(?:[^"\\]|\\.)*"/, '');

function lineSink(onLine: (line: string) => void): Writable {
  const splitter = lineSplitter(onLine);
  return new Writable({
    write(chunk: Buffer, _, done) {
      splitter.write(chunk);
      done();
    },
    final(done) {
      splitter.end();
      done();
    },
  });
}
