import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMembers } from '../../src/restore/planned-member.ts';
import { restoreFiles } from '../../src/restore/restore-files.ts';
import { eventually } from '../../src/wait.ts';
import { temporaryFolder, written } from '../fixtures/snapshots.ts';

/** Begins a data directory, and does not end by itself. */
const endless = `#!/bin/sh
for word; do case $word in --data-dir=*) mkdir "\${word#*=}" ;; esac; done
exec sleep 600
`;

test('an interrupt ends the tool and leaves every directory as it was', async () => {
  using folder = temporaryFolder();
  const path = written(folder.path, endless, 'etcdutl');
  chmodSync(path, 0o700);
  const dataDir = join(folder.path, 'm1');
  const interrupt = new AbortController();
  const tool = { kind: 'host', path, program: 'etcdutl', version: '3.7.3' } as const;
  const work = restoreFiles(
    {
      snapshot: '/nowhere.db',
      members: readMembers([`m1=http://127.0.0.1:1=${dataDir}`]),
      token: 'drill-test',
      tool: { ...tool, environment: [] },
    },
    interrupt.signal,
  );
  const wait = { subject: 'The data directory', withinMs: 10_000, code: 3 } as const;
  const begun = eventually(wait, () => existsSync(join(dataDir, '.drill-restoring')) || undefined);
  void begun.then(() => interrupt.abort(new Error('interrupted by SIGINT')));
  await expect(work).rejects.toThrow('interrupted by SIGINT');
  expect(readdirSync(folder.path)).toEqual(['etcdutl']);
});
