/** Moves per element after which a list counts as unsorted. */
const mostMoves = 64;

/**
 * The positions of `times` from the earliest to the latest; those of equal times stay in order. A
 * recorded history is nearly sorted, so each time is moved to its place; where that takes long, the
 * rest is sorted in general.
 */
export function orderOf(times: Float64Array): Int32Array {
  const order = Int32Array.from(times.keys());
  let left = mostMoves * times.length;
  for (let place = 1; place < order.length && left > 0; place += 1) {
    const time = times[place]!;
    let to = place;
    for (; to > 0 && times[order[to - 1]!]! > time; to -= 1) order[to] = order[to - 1]!;
    order[to] = place;
    left -= place - to;
  }
  if (left > 0) return order;
  return order.toSorted((a, b) => times[a]! - times[b]! || a - b);
}
