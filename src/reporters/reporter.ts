import type { JournalEvent } from '../journal/events.ts';
import type { RecordedRun } from '../journal/recorded-run.ts';

/** Shows a run to somebody or something: live, from its events, or at its end, from its record. */
export interface Reporter {
  onEvent?(event: JournalEvent): void;
  /** While the run is judged, once a second from the first one on: what is being judged. */
  onProgress?(doing: string, elapsedMs: number): void;
  /** `directory` is the run's folder; a reporter that writes a file writes it there. */
  onEnd?(run: RecordedRun, directory: string): Promise<void> | void;
}

export interface ReporterContext {
  readonly screen: Screen;
  /** `NO_COLOR`, `FORCE_COLOR`, `GITHUB_ACTIONS` and `GITHUB_STEP_SUMMARY` are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Where a reporter writes; `process.stdout` is one. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}
