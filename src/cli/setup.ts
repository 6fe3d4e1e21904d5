import type { CommandModule } from 'yargs';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { ensureToolbox } from '../images/ensure-toolbox.ts';
import { resolveEtcdImage } from '../images/resolve-etcd-image.ts';
import { createAnnounce } from '../setup/announce.ts';
import { ensureTestTools, testedEtcdVersions } from '../setup/test-tools.ts';

type Flags = { readonly tests: boolean };

const command: CommandModule<object, Flags> = {
  command: 'setup',
  describe: 'Make sure of an engine and the images, as every run does',
  builder: (yargs) =>
    yargs.options({
      tests: { type: 'boolean', default: false, describe: "Also what drill's own tests need" },
    }),
  handler: async ({ tests }) => {
    const announce = createAnnounce(process.stderr);
    const engine = await ensureEngine({ env: process.env, announce });
    await ensureToolbox({ engine, announce });
    const etcd = await resolveEtcdImage({ engine, announce });
    if (tests) {
      await ensureTestTools(announce);
      for (const request of testedEtcdVersions)
        await resolveEtcdImage({ engine, announce, request });
    }
    process.stdout.write(
      `${etcd.notice ?? `Ready: etcd ${etcd.version} on Docker ${engine.version}`}\n`,
    );
  },
};
export default command;
