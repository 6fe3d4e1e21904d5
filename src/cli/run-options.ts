/** Flags of `drill run`, beside the names of drills. */
export const runOptions = {
  set: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [] as string[],
    describe: "A parameter of the drill's own, as key=value; see `drill list`",
  },
  short: {
    type: 'boolean',
    default: false,
    describe: 'With the settings that show what the drill is about in the shortest time',
  },
  control: {
    type: 'boolean',
    default: false,
    describe: 'With the one setting changed that must end violated: shows that the drill can fail',
  },
  members: {
    type: 'string',
    describe: 'Cluster size, 1 to 9 (3, 5 and 7 are the documented ones)',
  },
  matrix: { type: 'boolean', default: false, describe: 'Run on every documented size' },
  etcd: {
    type: 'string',
    describe:
      'Version (3.5.16), or registry:<ref>, go:<version>, deb:<suite>, dir:<path>; one per member with commas',
  },
  seed: { type: 'string', describe: 'Makes the load and every random choice repeatable' },
  timeout: { type: 'string', describe: 'Deadline of each run, e.g. 5m (default 10m)' },
  operations: {
    type: 'string',
    describe: 'Let the clients go on after the drill until they have sent so many operations',
  },
  bail: { type: 'boolean', default: false, describe: 'Stop after the first run that is not held' },
  grep: { type: 'string', describe: 'Only drills whose name or summary has this text' },
  keep: { type: 'boolean', default: false, describe: 'Leave the cluster up afterwards' },
  publish: { type: 'string', describe: "Address of the engine's host to publish client ports on" },
  reporter: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'terminal, html, json, junit, github (default: all that apply)',
  },
  output: { type: 'string', describe: 'Folder that gets a folder per run (default: reports)' },
} as const;

export type RunFlags = {
  readonly drills: string[];
  readonly set: string[];
  readonly short: boolean;
  readonly control: boolean;
  readonly members?: string;
  readonly matrix: boolean;
  readonly etcd?: string;
  readonly seed?: string;
  readonly timeout?: string;
  readonly operations?: string;
  readonly bail: boolean;
  readonly grep?: string;
  readonly keep: boolean;
  readonly publish?: string;
  readonly reporter?: string[];
  readonly output?: string;
};
