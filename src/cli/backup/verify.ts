import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { type VerifiedBackup, verifyBackup } from '../../backup/verify-backup.ts';
import { ageText, alarmText, backupLine, sizeText } from './backup-lines.ts';

type Flags = { readonly file: string; readonly json: boolean };

const command = {
  command: 'verify <file>',
  describe: 'Read a backup from end to end, and hold it against its manifest',
  builder: (yargs: Argv) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'The backup' })
      .options({ json: { type: 'boolean', default: false, describe: 'As JSON' } })
      .epilogue(
        'Reads the hash, every page and every revision; `etcdutl snapshot status` does not and passes ' +
          'damaged files. Whether it restores is proved by restoring it: `drill rehearse FILE`.\n\n' +
          'Exit codes: 0 whole; 1 not what its manifest says; 3 damaged, or no snapshot.',
      ),
  handler: async ({ file, json }: Flags) => {
    const verified = await verifyBackup(resolve(file));
    const lines = json ? [JSON.stringify(verified, null, 2)] : verifiedLines(verified);
    process.stdout.write(`${lines.join('\n')}\n`);
  },
};
export default command;

/** For a reader. */
export function verifiedLines({ summary, manifest }: VerifiedBackup): string[] {
  const { path, sha256, version, keys, revision, sizeBytes } = summary;
  const format = version === '' ? 'that of etcd 3.5 or older' : version;
  const whole = [`${path} is whole`, `  sha256 ${sha256}`, `  storage format ${format}`];
  if (manifest === undefined) {
    return [
      ...whole,
      `  ${keys} keys at revision ${revision}, ${sizeText(sizeBytes)}${alarmText(summary.alarms)}`,
      '  no manifest beside it: its age, and what was acknowledged before it, are unknown',
    ];
  }
  const ageMs = Date.now() - Date.parse(manifest.takenAt);
  return [
    ...whole,
    // The file's own: a manifest from before they were noted says nothing of alarms.
    `  ${backupLine({ ...manifest, alarms: [...summary.alarms] })}`,
    `  taken ${manifest.takenAt}, ${ageText(ageMs)}; its manifest agrees`,
  ];
}
