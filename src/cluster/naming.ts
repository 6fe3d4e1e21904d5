import { labels } from '../engine/labels.ts';

/** A run's identity on the engine. */
export interface RunIdentity {
  /** Unique; part of every name, value of every run label. */
  readonly run: string;
  readonly drill: string;
}

export type ResourceKind = 'etcd' | 'sidecar' | 'helper' | 'tools' | 'network' | 'data' | 'disk';

export function labelsFor(
  { run, drill }: RunIdentity,
  kind: ResourceKind,
  member?: string,
): Record<string, string> {
  return {
    [labels.run]: run,
    [labels.drill]: drill,
    [labels.kind]: kind,
    ...(member === undefined ? {} : { [labels.member]: member }),
  };
}

export const nameOf = ({ run }: RunIdentity, part: string): string => `drill-${run}-${part}`;
