import { html, type Safe } from '../html.ts';
import type { Leadership, Role, RoleSpan } from '../model/leadership.ts';
import { type Canvas, chart, legend, type LegendEntry } from './frame.ts';
import { spanTable } from './table.ts';

const lanePx = 26;
const barPx = 18;
/** A follower's line is thin, so that the leader stands out. */
const thinPx = 4;
/** Share of the run below which a term's label would be cut off. */
const narrowest = 0.06;

const roleWords: Record<Role, string> = {
  leader: 'leader',
  'stale-leader': 'stale leader',
  follower: 'follower',
  learner: 'learner, without a vote',
  'no-leader': 'without a leader',
  unreachable: 'unreachable',
  down: 'not running',
};

const legendRoles = [
  'leader',
  'follower',
  'learner',
  'stale-leader',
  'no-leader',
  'unreachable',
  'down',
] as const satisfies readonly Role[];

/** A lane per member, coloured by the role it saw itself in, with its term where it led. */
export function leadersChart(canvas: Canvas, { lanes, leaders }: Leadership): Safe | null {
  if (lanes.length === 0) return null;
  const ofCluster = leaders.map(({ leader, term, startMs, endMs }) => ({
    startMs,
    endMs,
    cells: ['majority', leader === null ? 'no leader' : `${leader} leads`, `term ${term}`],
  }));
  const ofMembers = lanes.flatMap(({ member, spans }) =>
    spans.map(({ role, term, startMs, endMs }) => ({
      startMs,
      endMs,
      cells: [member, roleWords[role], `term ${term}`],
    })),
  );
  return chart(canvas, {
    id: 'leaders',
    title: 'Leader per term',
    unit: 'as each member saw itself',
    legend: roleEntries(lanes),
    heightPx: lanes.length * lanePx,
    gutter: lanes.map(({ member }, lane) => ({ yPx: (lane + 0.5) * lanePx, text: member })),
    plot: lanes.map(({ spans }, lane) =>
      spans.map((span) => roleBar(canvas, span, (lane + 0.5) * lanePx)),
    ),
    table: spanTable(['Who', 'Role', 'Term'], [...ofCluster, ...ofMembers]),
  });
}

export function roleLegend({ lanes }: Leadership): Safe | null {
  return legend(roleEntries(lanes));
}

/** The roles that occur in some lanes, in the order of the legend. */
function roleEntries(lanes: Leadership['lanes']): LegendEntry[] {
  const roles = new Set(lanes.flatMap(({ spans }) => spans.map(({ role }) => role)));
  return legendRoles
    .filter((role) => roles.has(role))
    .map((role) => ({ mark: role, label: roleWords[role] }));
}

/** A stretch of one role; `middlePx` is the middle of its lane. */
export function roleBar(
  { axis }: Canvas,
  { role, term, startMs, endMs }: RoleSpan,
  middlePx: number,
): Safe {
  const leads = role === 'leader' || role === 'stale-leader';
  const thickPx = leads ? barPx : thinPx;
  const x = axis.at(startMs);
  const length = axis.length(endMs - startMs);
  const hasRoom = (endMs - startMs) / axis.durationMs > narrowest;
  const label =
    leads && hasRoom
      ? html`<svg x="${x}" y="${middlePx - barPx / 2}" width="${length}" height="${barPx}">
          <text class="term" x="6" y="${barPx / 2}" dy=".34em">term ${term}</text>
        </svg>`
      : null;
  return html`<rect
      class="${role}"
      x="${x}"
      y="${middlePx - thickPx / 2}"
      width="${length}"
      height="${thickPx}"
      rx="${leads ? 3 : 1}"
      ><title>${roleWords[role]}, term ${term}</title></rect
    >${label}`;
}
