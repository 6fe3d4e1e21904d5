import { DrillError } from '../../errors.ts';
import type { OwnDisk } from './own-disk.ts';

/**
 * What a disk's device-mapper layer does with requests; `$sectors` is the disk's length and `$below`
 * the device under the layer, both read from the table that is in force.
 */
export type MapperTable =
  '0 $sectors linear $below 0' | `0 $sectors ${'delay' | 'flakey'} $below 0 ${string}`;

export const passOn: MapperTable = '0 $sectors linear $below 0';

/**
 * Shell script that loads a table into the disk's layer at run time. The file system is neither
 * frozen nor waited for, as it could not be while requests hang or fail.
 */
export const loadTable = ({ layer }: OwnDisk, table: MapperTable): string =>
  `read -r start sectors kind below rest <<TABLE
$(dmsetup table ${layer})
TABLE
dmsetup load ${layer} --table "${table}" && dmsetup suspend --nolockfs --noflush ${layer} && dmsetup --noudevsync resume ${layer}`;

/** The table in force: `0 655360 linear 7:0 0`. */
export async function tableOf({ layer, target }: OwnDisk): Promise<string> {
  return (await target.session.must(`dmsetup table ${layer}`)).trim();
}

/** The table before the fault; refused where the disk has no layer, or one with a fault on it. */
export async function untouchedTable(fault: string, disk: OwnDisk): Promise<string> {
  const { code, stdout } = await disk.target.session.run(`dmsetup table ${disk.layer} 2>&1`);
  if (code !== 0) {
    throw new DrillError(
      `The ${disk.title} has no device-mapper layer for ${fault}: give the cluster's disks one, \`disks: { …, mapper: true }\`, on an engine whose kernel has device-mapper (\`drill doctor\` tells).`,
    );
  }
  if (/ linear /.test(stdout)) return stdout.trim();
  throw new DrillError(
    `The ${disk.title} has a fault on its layer already: \`${stdout.trim()}\`. Heal that one first.`,
  );
}
