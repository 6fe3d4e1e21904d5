import type Docker from 'dockerode';
import { labels } from '../engine/labels.ts';

/** The label of a container that was started with other settings for a time: the usual command. */
export const usualLabel = (command: readonly string[]): Record<string, string> => ({
  [labels.usual]: JSON.stringify(command),
});

/**
 * What makes a member's container as it usually is, where this one was started with other settings
 * for a time; undefined for one that is as usual.
 */
export function usualOptions(
  info: Docker.ContainerInspectInfo,
): Docker.ContainerCreateOptions | undefined {
  const { [labels.usual]: usual, ...Labels } = info.Config.Labels;
  return usual === undefined
    ? undefined
    : {
        ...sameOptions(info),
        Labels,
        Entrypoint: JSON.parse(usual) as string[],
        HostConfig: { ...info.HostConfig, Ulimits: [] },
      };
}

/** What makes the same container again. */
export function sameOptions({
  Name,
  Config,
  HostConfig,
}: Docker.ContainerInspectInfo): Docker.ContainerCreateOptions {
  return {
    name: Name.slice(1),
    Image: Config.Image,
    Entrypoint: Config.Entrypoint ?? [],
    Cmd: [],
    User: Config.User,
    Labels: Config.Labels,
    HostConfig,
  };
}
