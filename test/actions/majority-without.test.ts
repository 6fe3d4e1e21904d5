import { expect, test } from 'vitest';
import { majorityWithout } from '../../src/actions/majority-without.ts';
import { quorum } from '../../src/quorum.ts';
import { seededRandom } from '../../src/runner/random.ts';

const sizes = [3, 5, 7].map((size) => Array.from({ length: size }, (_, nth) => `m${nth + 1}`));
const seeds = Array.from({ length: 20 }, (_, seed) => seed);

test.each(sizes)('of %s … a majority is lost, with whoever leads', (...members) => {
  for (const seed of seeds) {
    const lost = majorityWithout('m2', { members, leader: 'm1', random: seededRandom(seed) });
    expect(new Set(lost).size).toBe(quorum(members.length));
    expect(lost).toContain('m1');
    expect(lost).not.toContain('m2');
  }
});

test.each(sizes)('of %s … the survivor is not lost, though it leads by now', (...members) => {
  for (const seed of seeds) {
    const lost = majorityWithout('m2', { members, leader: 'm2', random: seededRandom(seed) });
    expect(new Set(lost).size).toBe(quorum(members.length));
    expect(lost).not.toContain('m2');
  }
});
