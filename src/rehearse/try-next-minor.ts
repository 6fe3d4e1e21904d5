import type { Engine, EtcdImage } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { messageOf } from '../errors.ts';
import { describeImage } from '../images/etcd-image.ts';
import type { Phase } from '../runner/stage.ts';
import { isItsFault } from './at-fault.ts';
import type { NextMinor } from './facts.ts';
import { found } from './found.ts';
import { type PrivatePlace, wasNotRemoved, withRestored } from './private-cluster.ts';
import type { RehearsalPlan } from './rehearse.ts';
import { countKeys } from './served-keys.ts';

/** Restores the file with the next minor version of etcd, on one member, where its image is at hand. */
export async function tryNextMinor(
  plan: Pick<RehearsalPlan, 'run' | 'snapshot' | 'credentials' | 'step' | 'image' | 'quotaBytes'>,
  place: PrivatePlace,
): Promise<NextMinor> {
  const { snapshot, credentials, step, run, quotaBytes } = plan;
  const { minor, image } = await nextMinorImage(place.engine, plan.image.version);
  if (image === undefined)
    return {
      kind: 'not-tried',
      reason: `no etcd ${minor} is on this engine; \`drill setup --etcd ${minor}.x\` brings one that exists`,
    };
  const { version } = image;
  const cluster = { run: `${run}-next`, members: 1, image, quotaBytes, credentials };
  try {
    return await step(`restore with etcd ${version} and start it`, () =>
      withRestored(place, cluster, snapshot.path, unmeasured, async ({ clients: [client] }) => {
        if (client === undefined) throw new Error('a cluster without members was restored');
        const keys = await found(async () => (await countKeys(client, snapshot.revision)).keys);
        return { kind: 'started', version, keys };
      }),
    );
  } catch (error) {
    if (place.signal.aborted || wasNotRemoved(error)) throw error;
    await place.engine.docker.ping();
    return notStarted(version, error);
  }
}

/** What an error says of the file and the other version. */
export function notStarted(version: string, error: unknown): NextMinor {
  const kind = isItsFault(error) ? 'failed' : 'unknown';
  return { kind, version, reason: messageOf(error) };
}

const unmeasured: Phase = (_name, body) => body();

/** The newest image of the minor version after `version` on the engine: nothing is fetched for it. */
async function nextMinorImage(
  engine: Engine,
  version: string,
): Promise<{ readonly minor: string; readonly image?: EtcdImage }> {
  const minor = minorAfter(version);
  const filters = { label: [`${labels.kind}=image`, labels.version] };
  const images = await engine.docker.listImages({ filters });
  const described = await Promise.all(images.map(({ Id }) => describeImage(engine, Id)));
  const [image] = described
    .filter((one) => one.version.startsWith(`${minor}.`))
    .toSorted((a, b) => patchOf(b) - patchOf(a));
  return { minor, ...(image && { image }) };
}

function minorAfter(version: string): string {
  const [major, minor] = version.split('.');
  return `${major}.${Number(minor) + 1}`;
}

const patchOf = ({ version }: EtcdImage): number =>
  Number.parseInt(version.split('.')[2] ?? '', 10);
