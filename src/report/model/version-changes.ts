import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/** Which versions members were changed to, in a sentence; undefined where none was. */
export function versionChangesOf(run: RecordedRun): string | undefined {
  const changes = eventsOf(run, 'observation')
    .filter(({ name }) => name === 'version')
    .map(({ data }) => ({ from: String(data['from']), to: String(data['to']) }));
  const [first] = changes;
  if (first === undefined) return undefined;
  const later = new Set(changes.map(({ to }) => to).filter((to) => to !== first.from));
  if (later.size === 0) return undefined;
  const back = changes.some(({ from, to }) => to === first.from && from !== to);
  const howOften = back ? ', back, and there again' : '';
  return `Member by member, under load, etcd ${first.from} was changed to ${[...later].join(', then to ')}${howOften}.`;
}
