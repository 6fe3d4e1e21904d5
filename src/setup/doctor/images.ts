import type { Engine } from '../../engine/engine.ts';
import { labels } from '../../engine/labels.ts';
import { defaultEtcdVersion, publishedImages } from '../../images/etcd-versions.ts';
import type { Finding } from './finding.ts';

/** The images on the engine; `drill run` makes the ones it misses. */
export async function imagesFinding(engine: Engine, toolbox: string | undefined): Promise<Finding> {
  const subject = 'images';
  const label = [`${labels.kind}=image`, labels.version];
  const made = await engine.docker.listImages({ filters: { label } });
  const pulled = await engine.docker.listImages({
    filters: { reference: publishedImages(defaultEtcdVersion) },
  });
  const versions = [
    ...made.map(({ Labels }) => `${Labels[labels.version]} (${Labels[labels.source]})`),
    ...pulled.map(({ RepoTags }) => `${defaultEtcdVersion} (${RepoTags?.[0]})`),
  ].toSorted();
  const missing = [
    ...(toolbox === undefined ? ['the toolbox'] : []),
    ...(versions.some((version) => version.startsWith(`${defaultEtcdVersion} `))
      ? []
      : [`etcd ${defaultEtcdVersion}`]),
  ];
  const here = versions.length === 0 ? 'no etcd' : `etcd ${versions.join(', ')}`;
  if (missing.length === 0) return { state: 'ok', subject, detail: `toolbox, ${here}` };
  return {
    state: 'attention',
    subject,
    detail: `${missing.join(' and ')} not here yet; ${here}`,
    remedy: '`drill setup` makes them, and so does the next run',
  };
}
