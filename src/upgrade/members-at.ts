import { DrillError } from '../errors.ts';
import type { MemberInfo } from '../etcd/admin-answers.ts';
import type { EtcdAdmin } from '../etcd/admin.ts';
import { EtcdError } from '../etcd/error.ts';

/** The members that a cluster has, as its quorum knows. @throws DrillError where it does not tell */
export async function membersAt(admin: Pick<EtcdAdmin, 'memberList'>): Promise<MemberInfo[]> {
  try {
    return await admin.memberList();
  } catch (error) {
    if (!(error instanceof EtcdError)) throw error;
    throw new DrillError(
      `The cluster does not tell who its members are: ${error.message}. Without a quorum it cannot: bring members back until it has a leader, and ask again.`,
      undefined,
      error,
    );
  }
}
