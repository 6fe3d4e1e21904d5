import type { Member } from '../cluster/member.ts';

/**
 * Raft index of a member's newest snapshot on disk, from which its log is replayed at its next start;
 * 0 where it has none. Files are named `<term>-<index>.snap`, both hexadecimal.
 */
export async function snapshotIndex(member: Member): Promise<number> {
  const listed = await member.files((files) => files.must('ls /data/etcd/member/snap'));
  const indices = [...listed.matchAll(/^[0-9a-f]{16}-([0-9a-f]{16})\.snap$/gm)];
  return Math.max(0, ...indices.map((match) => Number.parseInt(match[1] ?? '0', 16)));
}
