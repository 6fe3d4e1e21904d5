import { resolve } from 'node:path';
import { durationMs } from '../duration.ts';
import type { EtcdImage } from '../engine/engine.ts';
import { DrillError, messageOf } from '../errors.ts';
import type { RehearsalPlan } from '../rehearse/rehearse.ts';
import { usualPrefixDepth } from '../snapshot/open-snapshot.ts';
import { type AccessFlags, readCredentials, readEndpoints } from './access.ts';
import { writableFolder } from './writable-folder.ts';

/** Flags of `drill rehearse`, beside those of reaching a live cluster. */
export const rehearseOptions = {
  members: { type: 'string', default: '3', describe: 'Size of the private cluster, 1 to 9' },
  etcd: {
    type: 'string',
    describe: 'Version (3.5.16), or registry:<ref>, go:<version>, deb:<suite>, dir:<path>',
  },
  quota: {
    type: 'string',
    describe: 'Your --quota-backend-bytes, e.g. 8GiB (default: etcd’s 2GiB)',
  },
  'compare-endpoints': {
    type: 'string',
    describe: 'Live cluster whose keys are counted at the same revision (two small reads)',
  },
  'show-values': {
    type: 'boolean',
    default: false,
    describe: 'Put values that differ into the report; without it no value leaves the file',
  },
  'prefix-depth': {
    type: 'string',
    default: String(usualPrefixDepth),
    describe: 'Slashes in the prefixes that keys are counted by',
  },
  timeout: { type: 'string', default: '30m', describe: 'Deadline of the whole, e.g. 5m' },
  publish: { type: 'string', describe: "Address of the engine's host to publish client ports on" },
  output: { type: 'string', default: 'reports', describe: 'Folder that gets a folder per run' },
} as const;

export type RehearseFlags = AccessFlags & {
  readonly file: string;
  readonly members: string;
  readonly etcd?: string;
  readonly quota?: string;
  readonly 'compare-endpoints'?: string;
  readonly 'show-values': boolean;
  readonly 'prefix-depth': string;
  readonly timeout: string;
  readonly publish?: string;
  readonly output: string;
};

/** What the flags say, read and found right before anything starts. */
export interface SettledRehearsal extends Pick<
  RehearsalPlan,
  'members' | 'quotaBytes' | 'prefixDepth' | 'credentials' | 'live' | 'showValues' | 'timeoutMs'
> {
  readonly path: string;
  readonly output: string;
}

export function settleRehearsal(flags: RehearseFlags, env: NodeJS.ProcessEnv): SettledRehearsal {
  const { 'compare-endpoints': endpoints, quota } = flags;
  return {
    path: resolve(flags.file),
    members: readWhole('members', flags.members, 9),
    quotaBytes: quota === undefined ? undefined : readBytes(quota),
    prefixDepth: readWhole('prefix-depth', flags['prefix-depth'], 9),
    credentials: readCredentials(flags, env),
    live: endpoints === undefined ? undefined : readEndpoints(endpoints, flags, env),
    showValues: flags['show-values'],
    timeoutMs: readTimeout(flags.timeout),
    output: writableFolder(resolve(flags.output)),
  };
}

/** The command that does the same again; a password is never in it. */
export function commandOf(flags: RehearseFlags, image: EtcdImage): string {
  const { file, members, quota, publish, user } = flags;
  const words = [
    process.env['DRILL_COMMAND'] ?? 'drill',
    'rehearse',
    file,
    '--members',
    members,
    '--etcd',
    flags.etcd ?? image.source,
    ...(quota === undefined ? [] : ['--quota', quota]),
    ...(user === undefined ? [] : ['--user', user]),
    ...(['compare-endpoints', 'cacert', 'cert', 'key', 'password-file'] as const).flatMap(
      (name) => {
        const value = flags[name];
        return value === undefined ? [] : [`--${name}`, value];
      },
    ),
    ...(flags['show-values'] ? ['--show-values'] : []),
    ...(publish === undefined ? [] : ['--publish', publish]),
    ...(['prefix-depth', 'timeout', 'output'] as const).flatMap((name) =>
      flags[name] === rehearseOptions[name].default ? [] : [`--${name}`, flags[name]],
    ),
  ];
  return words.map(quoted).join(' ');
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

function readWhole(name: string, text: string, most: number): number {
  if (/^[1-9]$/.test(text) && Number(text) <= most) return Number(text);
  throw new DrillError(`\`--${name} ${text}\`: expected a whole number from 1 to ${most}.`);
}

const units: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

function readBytes(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([KMG]iB)?$/.exec(text) ?? [];
  const bytes = Math.round(Number(amount) * (units[unit] ?? Number.NaN));
  if (bytes > 0) return bytes;
  throw new DrillError(
    `\`--quota ${text}\`: expected bytes, or a number with KiB, MiB or GiB, for example 8GiB.`,
  );
}

function readTimeout(text: string): number {
  try {
    return durationMs(text);
  } catch (error) {
    throw new DrillError(`\`--timeout ${text}\`: ${messageOf(error)}`);
  }
}
