import { SnapshotRefused } from '../actions/restore-members.ts';
import { messageOf } from '../errors.ts';
import { MemberEnded } from './start-restored.ts';

/**
 * Whether an error that ended a restore is the file's fault, or that of the etcd which was to take it:
 * a member ended by itself, or the tool refused. What the engine fails at, a wait that was too short or
 * a full disk prove nothing against a backup.
 */
export function isItsFault(error: unknown): boolean {
  const isTheirs = error instanceof MemberEnded || error instanceof SnapshotRefused;
  return isTheirs && !/no space left on device|input\/output error/i.test(messageOf(error));
}
