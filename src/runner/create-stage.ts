import { setTimeout as pause } from 'node:timers/promises';
import type { Member } from '../cluster/member.ts';
import { type Duration, durationMs } from '../duration.ts';
import type { EtcdImage } from '../engine/engine.ts';
import { DrillError } from '../errors.ts';
import { keepLeases, type KeptLeases } from '../load/kept-leases.ts';
import { recordedClient } from '../load/recorded-client.ts';
import { openWatchStream, type WatchStream } from '../load/watch-stream.ts';
import type { ParameterTable, ParameterValues } from '../parameters.ts';
import type { Clients } from './clients.ts';
import { startProbe } from './probe.ts';
import { seededRandom } from './random.ts';
import type { Stage, StageWatch } from './stage.ts';
import { performStep, type StepRole } from './step.ts';
import type { TimelineContext } from './timeline.ts';

/** Keys that a timeline attaches to leases, apart from everyone else's. */
const leasePrefix = 'drill/leases/';
const answerWithin = '5s';

/** What a timeline works with, bound to one run: everything it does is recorded and ends with the run. */
export function createStage(
  { cell, seed, folder, cluster, images, recorder, undo, signal, onStep }: TimelineContext,
  clients: Clients,
): Stage & { readonly parameters: ParameterValues<ParameterTable> } {
  const { nowMs, write, history: sink } = recorder;
  const client = (member: Member) => recordedClient(member.client, { nowMs, sink });
  const observe: Stage['observe'] = (name, data, member) => {
    const about = member === undefined ? {} : { member: member.name };
    write({ type: 'observation', t: nowMs(), name, data, ...about });
  };
  const step = <T>(title: string, role: StepRole, body: () => Promise<T>): Promise<T> => {
    onStep(title);
    return performStep({ title, role }, recorder, body);
  };
  const waiting = (within: Duration) => ({ withinMs: durationMs(within), signal });
  let grants = 0;
  return {
    cluster,
    load: {
      run: (howLong) => pause(durationMs(howLong), undefined, { signal }),
      counts: () => clients.progress(),
    },
    step: (title, body) => step(title, undefined, body),
    recovery: (title, sinceMs, body) =>
      step(title, { kind: 'recovery', sinceMs }, () =>
        body((name, part) => step(name, { kind: 'phase' }, part)),
      ),
    image: (version) => imageOf(version, images),
    probe: (members) => startProbe(members, nowMs, (operation) => sink.operation(operation)),
    client,
    watch(member, request): StageWatch {
      let stream: WatchStream | undefined;
      undo.defer(`close a watch at ${member.name}`, async () => stream?.[Symbol.dispose]());
      const opened = openWatchStream(member.client, request, { nowMs, sink, label: 'timeline' });
      stream = opened;
      return {
        ...opened,
        created: (within = answerWithin) => opened.created(waiting(within)),
        reaches: (revision, within) => opened.reaches(revision, waiting(within)),
      };
    },
    async leases(through, { count, ttl }) {
      // A key of its own for each lease of the run, so that no lease takes over another's.
      const prefix = `${leasePrefix}${++grants}.`;
      const ttlSeconds = Math.ceil(durationMs(ttl) / 1000);
      const askers = through.map((member) =>
        recordedClient(member.client, { nowMs, sink, deadlineMs: keepAliveDeadlineMs }),
      );
      let kept: KeptLeases | undefined;
      undo.defer('stop keeping leases alive', async () => kept?.[Symbol.asyncDispose]());
      kept = await keepLeases(askers, { count, ttlSeconds, prefix, nowMs });
      return kept;
    },
    beginEpoch: (plan, start) => clients.beginEpoch(cluster, plan, start, signal),
    trigger: (proved, evidence) => observe('trigger', { proved, evidence }),
    observe,
    folder,
    nowMs,
    random: seededRandom(seed),
    parameters: cell.parameters as ParameterValues<ParameterTable>,
  };
}

function imageOf(version: string, images: readonly EtcdImage[]): EtcdImage {
  const found = images.find((image) => image.version === version);
  if (found) return found;
  const had = images.map((image) => image.version).join(', ');
  throw new DrillError(
    `The run has no etcd ${version}, only ${had}: name it in the drill's \`images\`.`,
  );
}

/** Short: a keep-alive that hangs on a lost leader must be sent again while the lease lives. */
const keepAliveDeadlineMs = 1000;
