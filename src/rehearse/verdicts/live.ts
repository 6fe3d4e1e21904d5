import { count } from '../../report/format.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from './verdict-of.ts';

/** Whether the live cluster had as many keys at the file's revision. */
export function judgeLive({ live, manifest, snapshot }: Facts): Finding {
  if (live === undefined)
    return {
      status: 'not-exercised',
      summary: 'no live cluster was named (`--compare-endpoints`)',
    };
  if (live.kind === 'unknown') return { status: 'inconclusive', summary: live.reason };
  const { endpoint, clusterId, keys, revision } = live.value;
  if (manifest !== undefined && manifest.clusterId !== clusterId)
    return {
      status: 'inconclusive',
      summary: `the live cluster (${endpoint}) is ${clusterId}, and the backup is of ${manifest.clusterId}: it is another one, or was restored since, so their keys cannot be compared`,
    };
  const counts = { 'in the file': snapshot.keys, live: keys };
  const at = `at revision ${snapshot.revision} the live cluster (${endpoint}) has ${count(keys)} keys`;
  if (keys !== snapshot.keys)
    return { status: 'violated', summary: `${at}, and the file ${count(snapshot.keys)}`, counts };
  return {
    status: 'held',
    summary: `${at}, as the file does; it has gone on for ${count(revision - snapshot.revision)} revisions since`,
    counts,
  };
}
