import type { Logger } from 'pino';
import type { Engine, EtcdImage } from '../engine/engine.ts';
import type { DrillError } from '../errors.ts';
import type { JournalEvent } from '../journal/events.ts';
import type { UndoStack } from '../runner/undo-stack.ts';
import type { RunIdentity } from './naming.ts';
import type { ClusterSpec } from './spec.ts';

/** What a cluster is started from. */
export interface ClusterStart {
  readonly engine: Engine;
  readonly identity: RunIdentity;
  readonly spec: ClusterSpec;
  /** Image per member, first member first; the last one serves for the rest. */
  readonly images: readonly [EtcdImage, ...EtcdImage[]];
  readonly toolbox: string;
  /** Address of the engine's host to publish client ports on; loopback without it. */
  readonly publish: string | undefined;
  /** Where members' logs go. */
  readonly logFolder: string;
  /** drill's own log of the run. */
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly write: (event: JournalEvent) => void;
  readonly undo: UndoStack;
  readonly signal: AbortSignal;
  /** Ends the run: what it stands on is gone. */
  readonly fail: (error: DrillError) => void;
}
