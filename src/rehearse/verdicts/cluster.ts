import { count } from '../../report/format.ts';
import type { Facts } from '../facts.ts';
import { isAboutTheUser } from '../start-restored.ts';
import { type Finding, notReached } from './verdict-of.ts';

/** Whether all members have the same content at the file's revision. */
export function judgeMembersAgree({ restored, snapshot }: Facts): Finding {
  if (restored === undefined) return notReached;
  const hashes = new Map<number, string[]>();
  const silent: string[] = [];
  for (const { name, hash } of restored.members) {
    if (hash.kind === 'unknown') silent.push(`${name} did not tell its hash: ${hash.reason}`);
    else hashes.set(hash.value, [...(hashes.get(hash.value) ?? []), name]);
  }
  const at = `at revision ${snapshot.revision}`;
  const counts = { members: restored.members.length };
  if (hashes.size < 2 && silent[0] !== undefined)
    return { status: 'inconclusive', summary: silent[0] };
  if (hashes.size === 1)
    return { status: 'held', summary: `all members have one HashKV ${at}`, counts };
  const sides = [...hashes].map(([hash, names]) => `${names.join(', ')} has ${hash}`);
  return { status: 'violated', summary: `HashKV differs ${at}: ${sides.join('; ')}`, counts };
}

/** Whether it takes writes, and counts on from the file's revision. */
export function judgeWrites({ restored, snapshot }: Facts): Finding {
  if (restored === undefined) return notReached;
  const { write } = restored;
  if (write.kind === 'refused') {
    const needsUser = isAboutTheUser(write.reason);
    return {
      status: needsUser ? 'inconclusive' : 'violated',
      summary: `a write was refused: ${write.reason}${needsUser ? '. Name a user with `--user`' : ''}`,
    };
  }
  const next = snapshot.revision + 1;
  if (write.revision < next)
    return {
      status: 'violated',
      summary: `the first write got revision ${write.revision}, and the file ends at ${snapshot.revision}`,
    };
  return {
    status: 'held',
    summary: `the first write was acknowledged at revision ${write.revision}; the file ends at ${snapshot.revision}`,
  };
}

/** Whether the keys are still there at the end; those with leases may have gone in time. */
export function judgeKeysStay({ restored, snapshot }: Facts): Finding {
  if (restored === undefined) return notReached;
  const { keysAtEnd, write } = restored;
  if (keysAtEnd.kind === 'unknown')
    return { status: 'inconclusive', summary: `the keys were not counted: ${keysAtEnd.reason}` };
  const expected = snapshot.keys + (write.kind === 'acknowledged' ? 1 : 0);
  const gone = expected - keysAtEnd.value;
  const counts = { expected, 'at the end': keysAtEnd.value, 'with a lease': snapshot.leasedKeys };
  if (gone === 0)
    return { status: 'held', summary: `${count(snapshot.keys)} keys at the end as well`, counts };
  if (gone > 0 && gone <= snapshot.leasedKeys)
    return {
      status: 'held',
      summary: `${count(gone)} keys went during the rehearsal, no more than the ${count(snapshot.leasedKeys)} whose leases can expire`,
      counts,
    };
  return {
    status: 'violated',
    summary: `${count(expected)} keys should be there at the end, and ${count(keysAtEnd.value)} are; ${count(snapshot.leasedKeys)} have a lease that can expire`,
    counts,
  };
}

/** Whether an alarm came back with the data. */
export function judgeAlarms({ restored, snapshot }: Facts): Finding {
  if (restored === undefined) return notReached;
  const { alarms } = restored;
  if (alarms.kind === 'unknown')
    return { status: 'inconclusive', summary: `alarms could not be asked for: ${alarms.reason}` };
  const inFile = snapshot.alarms.map(({ alarm }) => alarm).join(', ');
  if (alarms.value.length === 0) {
    const cleared = inFile === '' ? '' : `; the file has ${inFile}, which the restore cleared`;
    return { status: 'held', summary: `no alarm is active${cleared}` };
  }
  const active = alarms.value.map(({ memberId, alarm }) => `${alarm} of member ${memberId}`);
  return {
    status: 'violated',
    summary: `the cluster comes back with ${active.join(', ')}${inFile === '' ? '' : ', which is in the file'}: it must be dealt with and disarmed after every restore`,
  };
}
