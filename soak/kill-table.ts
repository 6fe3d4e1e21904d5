import type { Kill, Moment } from './kill-once.ts';

const moments: readonly Moment[] = ['inject', 'prove', 'hold', 'heal'];

/** A Markdown table of kills: a row per fault, healed of killed in each moment, and the longest heal. */
export function killTable(kills: readonly Kill[]): string {
  const rows = [...Map.groupBy(kills, ({ fault }) => fault)].map(([fault, own]) => row(fault, own));
  return [
    `| fault | ${moments.join(' | ')} | longest | left on |`,
    '| --- | --: | --: | --: | --: | --: | --: |',
    ...rows,
    row('all', kills),
  ].join('\n');
}

function row(name: string, kills: readonly Kill[]): string {
  const struck = kills.filter(({ state }) => state === 'healed' || state === 'left');
  const cells = moments.map((moment) => {
    const own = struck.filter((kill) => kill.moment === moment);
    return own.length === 0
      ? '–'
      : `${own.filter(({ state }) => state === 'healed').length}/${own.length}`;
  });
  const longest = Math.max(0, ...struck.map(({ healedMs = 0 }) => healedMs));
  const left = struck.filter(({ state }) => state === 'left').length;
  return `| ${[name, ...cells, `${(longest / 1000).toFixed(1)} s`, left].join(' | ')} |`;
}
