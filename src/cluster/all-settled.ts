/**
 * `Promise.all` that ends only when nothing of it is under way any more: what one part still creates
 * while the failure of another is being undone would be left behind.
 */
export async function allSettled<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [Part in keyof Work]: Awaited<Work[Part]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
