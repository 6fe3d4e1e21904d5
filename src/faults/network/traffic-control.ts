import { DrillError } from '../../errors.ts';
import { type FaultTarget, FaultUnproved, NotAsBefore } from '../fault.ts';
import { faultNumber, linkNumber, shapedAlready } from './fault-number.ts';
import { deviceOf, hexOf, qdiscs, type Qdisc } from './qdiscs.ts';
import type { NoShaper, ShapedLink, Shaper } from './shaper.ts';

/** Handle of the root that the faults of a device share; in hexadecimal, as `tc` writes it. */
const root = 'd411:';

/**
 * Shapes links by a class each below an HTB root, whose own packets pass as before. What is a fault's
 * is told by its class numbers and its filters' preference, and taken off by these; the root goes
 * with the last of them. A foreign root is refused.
 */
export async function trafficControl(
  fault: string,
  from: FaultTarget,
  links: readonly ShapedLink[],
): Promise<Shaper | NoShaper> {
  const refused = await tryQdiscs(from, links);
  if (refused !== undefined) return { why: refused };
  const device = await deviceOf(from);
  const classes = classesOf(fault, links);
  const before = await qdiscs(from, device);
  refuseForeignRoot(from, device, before);
  await refuseShaped(from, device, fault, classes);
  return {
    by: links[0]?.qdisc.split(' ', 1)[0] ?? '',
    inject: injectScript(device, fault, classes),
    undo: undoScript(device, fault, classes),
    packets: () => countedPackets(from, device, fault, classes),
    async proveGone() {
      const now = await qdiscs(from, device);
      const left = await filters(from, device, fault);
      if (left !== '' || now.some(({ parent }) => classes.some(({ id }) => id === parent)))
        throw new Error(`${from.name} still has classes or filters of ${fault} on ${device}`);
      const lost = before.find(
        ({ handle, text }) =>
          !isOwn(handle) && !now.some((one) => one.text === text || isOwn(one.handle)),
      );
      if (lost) throw new NotAsBefore(`${from.name} lost the qdisc \`${lost.text}\` meanwhile`);
    },
  };
}

/** A class of the fault's own: its number and its qdisc's, in hexadecimal. */
interface LinkClass {
  readonly link: ShapedLink;
  /** `d411:21` */
  readonly id: string;
  /** `21:` */
  readonly handle: string;
}

function classesOf(fault: string, links: readonly ShapedLink[]): LinkClass[] {
  return links.map((link, index) => {
    const minor = linkNumber(fault, index).toString(16);
    return { link, id: `${root}${minor}`, handle: `${minor}:` };
  });
}

/** Builds the same on loopback and takes it off again; says what the kernel said where it did not. */
async function tryQdiscs(
  { session }: FaultTarget,
  links: readonly ShapedLink[],
): Promise<string | undefined> {
  const lines = [...new Set(links.map(({ qdisc }) => qdisc))].flatMap((qdisc, index) => [
    `tc class add dev lo parent ${root} classid ${root}${index + 1} htb rate 10gbit quantum 60000`,
    `tc qdisc add dev lo parent ${root}${index + 1} handle ${index + 1}: ${qdisc}`,
    `tc filter add dev lo parent ${root} protocol ip pref 1 u32 match ip dst 192.0.2.1/32 flowid ${root}${index + 1}`,
  ]);
  const { code, stderr } = await session.run(
    `tc qdisc add dev lo root handle ${root} htb || exit 1; ( set -e\n${lines.join('\n')}\n) ; code=$?; tc qdisc del dev lo root handle ${root}; exit $code`,
  );
  return code === 0 ? undefined : `tc: ${stderr.trim().split('\n', 1)[0]}`;
}

const isOwn = (handle: string): boolean => handle === root;

function refuseForeignRoot(
  { name, container }: FaultTarget,
  device: string,
  found: readonly Qdisc[],
): void {
  const foreign = found.find(
    ({ handle, parent }) => parent === 'root' && handle !== '0:' && !isOwn(handle),
  );
  if (!foreign) return;
  throw new DrillError(
    `${device} of ${name} has a queueing discipline that is not drill's, and drill does not replace it: \`${foreign.text}\`. ` +
      `Take it off with \`docker exec ${container} tc qdisc del dev ${device} root\`, or leave ${name} out.`,
  );
}

async function refuseShaped(
  from: FaultTarget,
  device: string,
  fault: string,
  classes: readonly LinkClass[],
): Promise<void> {
  const { code, stdout } = await from.session.run(`tc filter show dev ${device} parent ${root}`);
  const [taken] =
    code === 0 ? classes.filter(({ link }) => stdout.includes(hexOf(link.to.address))) : [];
  if (taken) throw shapedAlready(taken.link);
  if (code === 0 && stdout.includes(` pref ${faultNumber(fault)} `))
    throw new DrillError(`${from.name} has classes under the number of ${fault}: inject it again.`);
}

function injectScript(device: string, fault: string, classes: readonly LinkClass[]): string {
  return [
    'set -e',
    `tc qdisc show dev ${device} | grep -q '^qdisc htb ${root} ' || tc qdisc add dev ${device} root handle ${root} htb`,
    ...classes.flatMap(({ link, id, handle }) => [
      `tc class add dev ${device} parent ${root} classid ${id} htb rate 10gbit quantum 60000`,
      `tc qdisc add dev ${device} parent ${id} handle ${handle} ${link.qdisc}`,
      `tc filter add dev ${device} parent ${root} protocol ip pref ${faultNumber(fault)} u32 match ip dst ${link.to.address}/32 flowid ${id}`,
    ]),
  ].join('\n');
}

function undoScript(device: string, fault: string, classes: readonly LinkClass[]): string {
  const pref = `pref ${faultNumber(fault)}`;
  const ids = classes.map(({ id }) => id).join(' ');
  return [
    `if tc qdisc show dev ${device} | grep -q '^qdisc htb ${root} '`,
    `then if tc filter show dev ${device} parent ${root} | grep -q ' ${pref} '; then tc filter del dev ${device} parent ${root} protocol ip ${pref} || exit 1; fi`,
    `for id in ${ids}; do if tc class show dev ${device} | grep -q "^class htb $id "; then tc class del dev ${device} classid $id || exit 1; fi; done`,
    `[ -n "$(tc class show dev ${device})" ] || tc qdisc del dev ${device} root handle ${root} || exit 1`,
    'fi',
  ].join('; ');
}

async function filters({ session }: FaultTarget, device: string, fault: string): Promise<string> {
  const { stdout } = await session.run(
    `tc filter show dev ${device} parent ${root} 2>/dev/null | grep ' pref ${faultNumber(fault)} '`,
  );
  return stdout;
}

async function countedPackets(
  from: FaultTarget,
  device: string,
  fault: string,
  classes: readonly LinkClass[],
): Promise<ReadonlyMap<ShapedLink, number>> {
  const standing = await qdiscs(from, device);
  const shown = await filters(from, device, fault);
  return new Map(
    classes.map(({ link, id, handle }): [ShapedLink, number] => {
      const own = standing.find((one) => one.handle === handle && one.parent === id);
      if (own && shown.includes(` flowid ${id} `)) return [link, own.packets];
      throw new FaultUnproved(
        `the qdisc or filter of ${fault} towards ${link.to.name} is gone from ${from.name}`,
      );
    }),
  );
}
