/** The release of each minor that an upgrade goes through where nobody asks for another. */
const releases: Readonly<Record<number, string>> = {
  3: '3.3.25',
  4: '3.4.23',
  5: '3.5.35',
  6: '3.6.16',
  7: '3.7.3',
};

/** That release: 5 → 3.5.35. */
export const releaseOf = (minor: number): string | undefined => releases[minor];

/** The first 3.5 that keeps members promoted from learners what they are (etcd issues 19557, 20793). */
export const keepsPromoted = '3.5.26';

/**
 * The versions from `from` to `to`, both included, one minor at a time; towards 3.6 by way of a 3.5
 * that keeps promoted learners. Straight, it is these two alone.
 */
export function pathOf(from: string, to: string, way: 'safe' | 'straight'): string[] {
  if (way === 'straight') return [from, to];
  const [first, last] = [minorOf(from), minorOf(to)];
  const step = last < first ? -1 : 1;
  const between: string[] = [];
  for (let minor = first; minor !== last; minor += step) {
    const release = releases[minor];
    if (minor !== first && release !== undefined) between.push(release);
    else if (minor === 5 && step === 1 && isBelow(from, keepsPromoted) && release !== undefined)
      between.push(release);
  }
  return [from, ...between, to];
}

/** `3.6.16` → 6. Every version of etcd's third API has the major 3. */
export const minorOf = (version: string): number => Number(version.split('.')[1]);

export function isBelow(version: string, than: string): boolean {
  const [minor, patch] = [minorOf(version), patchOf(version)];
  return minor < minorOf(than) || (minor === minorOf(than) && patch < patchOf(than));
}

const patchOf = (version: string): number => Number(version.split('.')[2] ?? 0);
