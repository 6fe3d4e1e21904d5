import type { Kill } from './kill-once.ts';
import { moments } from './kill-plan.ts';

type Killed = Extract<Kill, { readonly struck: unknown }>;

/** Whether its runner was killed in some moment of its fault's life. */
export const isKilled = (kill: Kill): kill is Killed => 'struck' in kill;

/**
 * A Markdown table of kills: a row per fault, healed of killed in the moments they struck, the longest
 * time until a fault that was seen on was off, and what stayed.
 */
export function killTable(kills: readonly Kill[]): string {
  const killed = kills.filter(isKilled);
  const rows = [...Map.groupBy(killed, ({ fault }) => fault)].map(([fault, own]) =>
    row(fault, own),
  );
  return [
    `| fault | ${moments.join(' | ')} | longest | left on | leftovers |`,
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...rows,
    row('all', killed),
  ].join('\n');
}

function row(name: string, kills: readonly Killed[]): string {
  const healed = kills.filter((kill) => kill.state === 'healed');
  const cells = moments.map((moment) => {
    const own = kills.filter(({ struck }) => struck === moment);
    return own.length === 0
      ? '–'
      : `${healed.filter(({ struck }) => struck === moment).length}/${own.length}`;
  });
  const longestMs = Math.max(0, ...healed.map(({ healedMs }) => healedMs));
  const leftovers = kills.reduce((count, kill) => count + kill.leftovers.length, 0);
  const left = kills.length - healed.length;
  return `| ${[name, ...cells, `${(longestMs / 1000).toFixed(1)} s`, left, leftovers].join(' | ')} |`;
}
