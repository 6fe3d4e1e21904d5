import { bytes, count, duration } from '../../report/format.ts';
import type { Rehearsal } from '../rehearsal.ts';

/** What became of it, in two sentences. */
export function headlineOf(rehearsal: Rehearsal): string {
  const { snapshot, members, versions, outcome, verdicts, reasons } = rehearsal;
  const what = `${count(snapshot.keys)} keys (${bytes(snapshot.keyBytes + snapshot.valueBytes)}) at revision ${snapshot.revision}`;
  const where = `${members === 1 ? 'one member' : `${members} members`} of etcd ${versions.etcd}`;
  const [first] = verdicts.filter(({ status }) => status === 'violated');
  const [open] = verdicts.filter(({ status }) => status === 'inconclusive');
  if (outcome === 'held' && snapshot.keys === 0)
    return `The backup restores, but there is no key in it: an empty keyspace at revision ${snapshot.revision} came back on ${where}${inTime(rehearsal)}. Is it the backup that you meant?`;
  const said = (text: string): string => `${text}${/[.!?]$/.test(text) ? '' : '.'}`;
  switch (outcome) {
    case 'held':
      return `The backup restores: ${what} came back on ${where}${inTime(rehearsal)}, and every value is what the file has.`;
    case 'violated':
      return said(`The backup did not prove good: ${first?.summary ?? reasons[0] ?? ''}`);
    case 'inconclusive':
      return said(`This proves nothing either way: ${reasons[0] ?? open?.summary ?? ''}`);
    case 'interrupted':
      return 'The rehearsal was interrupted; its cluster is removed.';
    case 'unhealed':
      return said(`Something could not be removed: ${reasons[0] ?? ''}`);
    case 'error':
      return said(`The rehearsal could not go on: ${reasons[0] ?? ''}`);
  }
}

function inTime({ rtoMs }: Rehearsal): string {
  return rtoMs === null ? '' : ` in ${duration(rtoMs)}`;
}
