import { eventsOf, type RecordedRun } from '../../journal/recorded-run.ts';

/** That nothing was seen means something only where what came before was seen. */
export function unwatched(run: RecordedRun, leader: string, term: number): string[] {
  const known = (event: { readonly term: number }, name: string | null) =>
    event.term === term && name === leader;
  const logged = eventsOf(run, 'elected').some((event) => known(event, event.member));
  const viewed = eventsOf(run, 'leader').some((event) => known(event, event.leader));
  const missed = 'and that no election was missed';
  return [
    ...(logged
      ? []
      : [
          `no log tells of ${leader}'s election at term ${term}, so it is not known that the members' logs were read ${missed}`,
        ]),
    ...(viewed
      ? []
      : [
          `the majority view never showed ${leader} as leader at term ${term}, so it is not known that the members were watched ${missed}`,
        ]),
  ];
}
