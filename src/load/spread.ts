/**
 * Which of `targets` each client works at, given where it works now: a client stays where it is as
 * far as the targets are still there and none has two clients more than another. Targets are told
 * apart by identity; there is one at least.
 */
export function spread<T>(
  clients: number,
  targets: readonly [T, ...T[]],
  now: readonly T[] = [],
): T[] {
  const counts = new Map<T, number>(targets.map((target) => [target, 0]));
  const add = (target: T, amount: number): void =>
    void counts.set(target, (counts.get(target) ?? 0) + amount);
  const fewest = (): T => targets.reduce((a, b) => (countOf(b) < countOf(a) ? b : a));
  const most = (): T => targets.reduce((a, b) => (countOf(b) > countOf(a) ? b : a));
  const countOf = (target: T): number => counts.get(target) ?? 0;

  const places = Array.from({ length: clients }, (_, client) => now[client]);
  for (const place of places) if (place !== undefined && counts.has(place)) add(place, 1);
  const spreadOut = places.map((place) => {
    if (place !== undefined && counts.has(place)) return place;
    const target = fewest();
    add(target, 1);
    return target;
  });
  while (countOf(most()) - countOf(fewest()) > 1) {
    const [from, to] = [most(), fewest()];
    spreadOut[spreadOut.lastIndexOf(from)] = to;
    add(from, -1);
    add(to, 1);
  }
  return spreadOut;
}
