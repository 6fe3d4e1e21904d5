import type { Member } from '../cluster/member.ts';

/**
 * Freezes every thread of a member until disposed. Its kernel goes on acknowledging packets, so its
 * peers and clients see silence, not a closed connection; awake again, it believes no time has passed
 * but for its clock. A run that ends meanwhile removes it frozen.
 */
export async function paused(member: Member): Promise<AsyncDisposable> {
  await member.pause();
  return { [Symbol.asyncDispose]: () => member.resume() };
}
