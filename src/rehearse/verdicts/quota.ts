import { bytes, quantity } from '../../report/format.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from './verdict-of.ts';

/** Above this share of its quota a database should be looked after before it is full. */
const tightPercent = 80;

/** Whether what is restored fits, with room to go on. */
export function judgeQuota({ snapshot, quota, restored }: Facts): Finding {
  const members = restored?.members ?? [];
  const sizes = members.flatMap(({ dbSizeBytes: size }) =>
    size.kind === 'found' ? [size.value] : [],
  );
  const sizeBytes = Math.max(snapshot.databaseBytes, ...sizes);
  const percent = (100 * sizeBytes) / quota.bytes;
  const used = {
    name: 'quota.used',
    label: 'Of the quota',
    value: percent,
    unit: 'percent',
  } as const;
  const whose = quota.isAsked
    ? 'quota'
    : 'quota that etcd has by default (say yours with `--quota`)';
  const facts = `${bytes(sizeBytes)} of a ${whose} of ${bytes(quota.bytes)}: ${quantity(percent, 'percent')}`;
  const measurements = [{ ...used, bound: 100 }];
  const silent = members.find(({ dbSizeBytes }) => dbSizeBytes.kind === 'unknown');
  if (percent < 100 && silent !== undefined)
    return {
      status: 'inconclusive',
      summary: `${facts}, but ${silent.name} did not tell its size`,
      measurements,
    };
  if (percent < 100) {
    const tight = percent < tightPercent ? '' : ', which is tight: compact and defragment in time';
    return { status: 'held', summary: `${facts}${tight}`, measurements };
  }
  return {
    status: quota.isAsked ? 'violated' : 'inconclusive',
    summary: `${facts}: the first write would raise NOSPACE`,
    measurements,
  };
}
