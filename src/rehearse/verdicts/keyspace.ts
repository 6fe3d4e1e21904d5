import { bytes, count } from '../../report/format.ts';
import { visible } from '../../report/visible.ts';
import type { StoredKeyValue } from '../../snapshot/key-value.ts';
import type { Comparison, Difference } from '../compare-keyspace.ts';
import type { Facts } from '../facts.ts';
import { isAboutTheUser } from '../start-restored.ts';
import { type Finding, notReached } from './verdict-of.ts';

/** Whether what is served is what is in the file, value by value. */
export function judgeKeyspace({ snapshot, restored }: Facts, showValues: boolean): Finding {
  if (restored === undefined) return notReached;
  const { comparison } = restored;
  if (comparison.kind === 'unknown') return unread(comparison.reason);
  const { served, matched, lost, changed, extra, differences } = comparison.value;
  const counts = { 'in the file': snapshot.keys, served, alike: matched };
  const isAlike = lost + changed + extra === 0;
  if (isAlike && snapshot.keys === 0 && served === 0)
    return {
      status: 'not-exercised',
      summary: `no key is in the file, and none is served at revision ${snapshot.revision}`,
      counts,
    };
  if (isAlike && (matched !== snapshot.keys || served !== snapshot.keys))
    return {
      status: 'inconclusive',
      summary: `two readings at revision ${snapshot.revision} disagree: the first found ${count(matched)} of the file's ${count(snapshot.keys)} keys alike among ${count(served)} served, the second no difference`,
      counts,
    };
  if (isAlike)
    return {
      status: 'held',
      summary: `${count(matched)} of ${count(snapshot.keys)} keys (${bytes(snapshot.keyBytes + snapshot.valueBytes)}) are served at revision ${snapshot.revision} with the values, revisions, versions and leases that the file has`,
      counts,
    };
  return {
    status: 'violated',
    summary: `at revision ${snapshot.revision}, ${count(lost)} keys of the file are not served, ${count(changed)} differ, and ${count(extra)} are served that it does not have`,
    counts,
    violations: [
      ...differences.map((difference) => told(difference, showValues)),
      ...cut(comparison.value),
    ],
  };
}

function unread(reason: string): Finding {
  const remedy = isAboutTheUser(reason)
    ? '. The cluster had authentication on: name a user that may read everything with `--user`'
    : '';
  return {
    status: 'inconclusive',
    summary: `the keys could not be read from the restored cluster: ${reason}${remedy}`,
  };
}

function told({ kind, key, inFile, served }: Difference, showValues: boolean): string {
  const name = JSON.stringify(visible(key.toString()));
  switch (kind) {
    case 'lost':
      return `${name} is in the file${shown(inFile, showValues)} and is not served`;
    case 'extra':
      return `${name} is served${shown(served, showValues)} and is not in the file`;
    case 'changed':
      return `${name} is in the file${shown(inFile, showValues)} and is served otherwise${shown(served, showValues)}`;
  }
}

const mostCharacters = 200;

/** Of a value only its size, unless values are asked for. */
function shown(kv: StoredKeyValue | undefined, showValues: boolean): string {
  if (kv === undefined) return '';
  const { value, modRevision, version } = kv;
  const text = visible(value.subarray(0, 4 * mostCharacters).toString());
  const cutText = text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
  const size = bytes(value.length);
  return ` (revision ${modRevision}, version ${version}, ${size}${showValues ? `: ${JSON.stringify(cutText)}` : ''})`;
}

function cut({ lost, changed, extra, differences }: Comparison): string[] {
  const left = lost + changed + extra - differences.length;
  return left === 0 ? [] : [`${count(left)} more differ`];
}
