import type { Member } from '../../cluster/member.ts';

/** Whether a member answers for itself in time; what it says of its leader does not matter. */
export async function answers(member: Member, withinMs: number): Promise<boolean> {
  try {
    await member.admin.status(withinMs);
    return true;
  } catch {
    return false; // whatever kept it from answering
  }
}
