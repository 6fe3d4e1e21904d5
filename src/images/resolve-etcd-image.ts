import type { EtcdImage } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { DrillError } from '../errors.ts';
import { describeImage, type ImageContext, type Offer } from './etcd-image.ts';
import { type EtcdRequest, parseEtcdRequest } from './etcd-request.ts';
import {
  debianEtcdVersions,
  defaultEtcdVersion,
  newestDebianSuite,
  publishedImages,
} from './etcd-versions.ts';
import { fromDebian } from './from-debian.ts';
import { fromDirectory } from './from-directory.ts';
import { fromGo } from './from-go.ts';
import { fromPublished, fromRegistry } from './from-registry.ts';

export interface ResolveOptions extends ImageContext {
  /** What `--etcd` says; the default version without it. */
  readonly request?: string | undefined;
}

/**
 * The etcd image that is asked for, made or pulled where it is not on the engine. A bare version
 * comes from the first that has it: the engine, a registry, Debian, Go. Only where no source has
 * the default version does another one serve, with a `notice`.
 *
 * @throws DrillError naming each source and why it could not serve
 */
export async function resolveEtcdImage({
  request,
  ...context
}: ResolveOptions): Promise<EtcdImage> {
  if (request !== undefined) return named(context, parseEtcdRequest(request), request);
  const newest = await anySource(context, defaultEtcdVersion);
  if (newest.state === 'image') return newest.image;
  return standIn(newest.reason, await fromDebian(context, newestDebianSuite));
}

/** Debian's newest etcd in place of the default one, with the notice that says why. */
export function standIn(whyNotDefault: string, debian: Offer): EtcdImage {
  if (debian.state === 'absent') {
    throw new DrillError(`${whyNotDefault}\n  Debian ${newestDebianSuite}: ${debian.reason}`);
  }
  const { version, source } = debian.image;
  const notice = `etcd ${version} (${source}) serves in place of the default ${defaultEtcdVersion}: ${whyNotDefault}`;
  return { ...debian.image, notice };
}

async function named(
  context: ImageContext,
  request: EtcdRequest,
  text: string,
): Promise<EtcdImage> {
  const offer = await bySource(context, request);
  if (offer.state === 'image') return offer.image;
  throw new DrillError(
    request.kind === 'version' ? offer.reason : `\`--etcd ${text}\`: ${offer.reason}`,
  );
}

function bySource(context: ImageContext, request: EtcdRequest): Promise<Offer> {
  switch (request.kind) {
    case 'version':
      return anySource(context, request.version);
    case 'registry':
      return fromRegistry(context, request.reference);
    case 'go':
      return fromGo(context, request.version);
    case 'deb':
      return fromDebian(context, request.suite);
    case 'dir':
      return fromDirectory(context, request.path);
  }
}

async function anySource(context: ImageContext, version: string): Promise<Offer> {
  const here = await alreadyHere(context, version);
  if (here !== undefined) return { state: 'image', image: here };
  const reasons: string[] = [];
  for (const { name, offer } of sourcesOf(context, version)) {
    const result = await offer();
    // A source whose version moved since it was written down never turns one version into another.
    if (result.state === 'image' && result.image.version === version) return result;
    const reason = result.state === 'image' ? `has ${result.image.version} now` : result.reason;
    reasons.push(`  ${name}: ${reason}`);
  }
  return {
    state: 'absent',
    reason: [`no source has etcd ${version}:`, ...reasons].join('\n'),
  };
}

function sourcesOf(context: ImageContext, version: string) {
  const suites = Object.entries(debianEtcdVersions).filter(([, packaged]) => packaged === version);
  return [
    ...publishedImages(version).map((reference) => ({
      name: `registry ${reference}`,
      offer: () => fromPublished(context, reference),
    })),
    ...suites.map(([suite]) => ({
      name: `Debian ${suite}`,
      offer: () => fromDebian(context, suite),
    })),
    { name: 'Go', offer: () => fromGo(context, version) },
  ];
}

async function alreadyHere(
  { engine }: ImageContext,
  version: string,
): Promise<EtcdImage | undefined> {
  const label = [`${labels.kind}=image`, `${labels.version}=${version}`];
  const images = await engine.docker.listImages({ filters: { label } });
  const described = await Promise.all(images.map(({ Id }) => describeImage(engine, Id)));
  // What lies in somebody's folder may call itself a release without being it.
  return described.find(({ source }) => !source.startsWith('dir:'));
}
