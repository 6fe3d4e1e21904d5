import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/** Which versions members were restarted with, in a sentence; undefined where with none but their own. */
export function versionChangesOf(run: RecordedRun): string | undefined {
  const changes = eventsOf(run, 'observation')
    .filter(({ name }) => name === 'version')
    .flatMap(({ data: { from, to } }) =>
      typeof from === 'string' && typeof to === 'string' ? [{ from, to }] : [],
    );
  const [first] = changes;
  if (first === undefined) return undefined;
  const later = new Set(changes.map(({ to }) => to).filter((to) => to !== first.from));
  if (later.size === 0) return undefined;
  const back = changes.some(({ from, to }) => to === first.from && from !== to);
  const howOften = back ? ', back with their own, and again' : '';
  return `One by one, under load, members of etcd ${first.from} were restarted with ${[...later].join(', then with ')}${howOften}.`;
}
