import type Docker from 'dockerode';
import { DrillError, messageOf } from '../errors.ts';
import type { Engine, EtcdImage } from '../engine/engine.ts';
import type { OneShotEnd } from '../engine/run-once.ts';
import { type EtcdAdmin, openAdmin } from '../etcd/admin.ts';
import { type EtcdClient, openClient } from '../etcd/client.ts';
import type { DiskOwner } from '../faults/disk/own-disk.ts';
import type { FaultTarget } from '../faults/fault.ts';
import type { JournalEventOf } from '../journal/events.ts';
import { docker } from './docker-errors.ts';
import type { Joining } from './flags.ts';
import type { MemberLog } from './logs.ts';
import { withMemberFiles } from './member-files.ts';
import type { Pod } from './pod.ts';
import { replaceContainer } from './replace-container.ts';
import { type ToolRun, runTool } from './run-tool.ts';
import type { Session } from './session.ts';
import type { ToolsOpener } from './tools.ts';

export type MemberState = JournalEventOf<'member.state'>['state'];

/** One etcd member in its pod: what drill reads from it, and what it can do to its process. */
export interface Member extends FaultTarget, DiskOwner, AsyncDisposable {
  readonly image: EtcdImage;
  readonly state: MemberState | 'created';
  /** Its zone, where the cluster's spec names zones. */
  readonly zone?: string;
  /** Name of the container that etcd runs in. */
  readonly etcdContainer: string;
  /** Opens the run's tools of an ability; started at the first call, removed with the run. */
  readonly tools: ToolsOpener;
  /** `host:port` where this machine reaches it; stays the same for the life of the pod. */
  readonly clientAddress: string;
  readonly client: EtcdClient;
  readonly admin: EtcdAdmin;
  /** What `/health` answers, with its reason; a member that does not answer is unhealthy. */
  health(): Promise<{ healthy: boolean; reason?: string }>;
  /** The running process of etcd; refused where it does not run. */
  process(): Promise<EtcdProcess>;
  /** The first and last lines of its log. */
  logExcerpt(): string[];
  /** Starts etcd again in the pod, with the same address, port, rules and disks. */
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL after 10 s. */
  stop(): Promise<void>;
  /** Freezes every thread of etcd; the kernel goes on acknowledging its packets. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Journals what a signal that the engine knows nothing of made of its process. */
  record(state: 'paused' | 'running'): void;
  /** How its process ended last; refused while it runs. */
  ending(): Promise<EtcdEnding>;
  /** Lends a shell with its files while `use` runs; see `withMemberFiles`. */
  files<T>(use: (files: Session) => Promise<T>): Promise<T>;
  /** Runs a program of its own etcd image beside its files; see `runTool`. */
  tool(run: ToolRun): Promise<OneShotEnd>;
  /**
   * Stops it and starts it again with other flags or another version; or, its files gone, as a new
   * member of the cluster that `joining` names (see `rebuildMember`).
   */
  restart(change?: MemberChange): Promise<void>;
  /** Takes it off the engine with its sidecar; of the cluster's membership nothing is changed. */
  discard(): Promise<void>;
}

/** What a restart changes; what joining says stays in force from then on. */
export interface MemberChange {
  readonly flags?: readonly string[];
  readonly image?: EtcdImage;
  readonly joining?: Joining;
  /** Most files that it may have open, from this start to the next; else the engine's own limit. */
  readonly openFiles?: number;
}

export interface EtcdProcess {
  /** In the PID namespace of the engine's host, as `processes` tools see it. */
  readonly hostPid: number;
  /** Full id of the container, as its cgroup is named. */
  readonly containerId: string;
}

export interface EtcdEnding {
  readonly exitCode: number;
  /** The kernel killed it because its cgroup had no memory left. */
  readonly outOfMemory: boolean;
}

export interface MemberContext {
  readonly engine: Engine;
  readonly nowMs: () => number;
  readonly write: (event: JournalEventOf<'member.state'>) => void;
  readonly log: MemberLog;
  /**
   * Settles the etcd container of an image, with further flags where given, and returns what creates
   * it; flags that the version does not know are refused before anything is touched.
   */
  readonly plan: (
    image: EtcdImage,
    flags?: readonly string[],
    joining?: Joining,
    openFiles?: number,
  ) => Promise<() => Promise<Docker.Container>>;
}

const stopGraceS = 10;

/** A container of etcd that is there already, with what it does now. */
export interface ExistingEtcd {
  readonly container: Docker.Container;
  readonly state: MemberState;
}

/** The member of a pod; its container is created, unless there is one that was made before. */
export async function createMember(
  pod: Pod,
  image: EtcdImage,
  context: MemberContext,
  existing?: ExistingEtcd,
): Promise<Member> {
  const { engine, nowMs, write, log } = context;
  const client = openClient({ member: pod.name, address: pod.clientAddress });
  let container = existing?.container ?? (await (await context.plan(image))());
  let current = image;
  let state: Member['state'] = existing?.state ?? 'created';
  let released = false;
  /** Whatever is done to the process waits for it, so that an end is told before what follows it. */
  let exitTold: Promise<void> = Promise.resolve();

  const become = (next: MemberState, detail?: string, t = nowMs()): void => {
    state = next;
    write({
      type: 'member.state',
      t,
      member: pod.name,
      state: next,
      ...(detail === undefined ? {} : { detail }),
    });
  };
  /** Notices when etcd ends by itself; a member that was killed or stopped says so before. */
  const watchExit = async (watched: Docker.Container): Promise<void> => {
    const exit = (await watched.wait().catch(() => undefined)) as
      { StatusCode: number } | undefined;
    const byItself = watched === container && state === 'running' && !released;
    if (exit && byItself) exitTold = tellExit(exit.StatusCode, nowMs());
  };
  /** Of the moment it ended, though its log takes longer to be whole. */
  const tellExit = async (code: number, endedMs: number): Promise<void> => {
    const said = await log.lastWords();
    become('exited', `exit code ${code}: ${said ?? 'no log'}`, endedMs);
  };
  const act = <T>(verb: string, call: () => Promise<T>): Promise<T> =>
    docker(engine, `${verb} ${pod.name}`, call);

  const start = async (): Promise<void> => {
    await exitTold;
    become('starting');
    await act('start', async () => {
      await log.follow(container);
      await container.start();
    });
    become('running');
    void watchExit(container);
  };
  const stop = async (): Promise<void> => {
    await exitTold;
    become('stopped');
    await act('stop', () => ended(container.stop({ t: stopGraceS })));
  };

  if (state === 'running') void watchExit(container);

  const release = async (): Promise<void> => {
    released = true;
    await exitTold;
    await client[Symbol.asyncDispose]();
  };

  return {
    name: pod.name,
    address: pod.address,
    container: pod.sidecarName,
    session: pod.session,
    ...(pod.disk === undefined ? {} : { disk: pod.disk }),
    ...(pod.walDisk === undefined ? {} : { walDisk: pod.walDisk }),
    ...(pod.zone === undefined ? {} : { zone: pod.zone }),
    etcdContainer: pod.etcdName,
    tools: pod.tools,
    clientAddress: pod.clientAddress,
    client,
    admin: openAdmin(client),
    get image() {
      return current;
    },
    get state() {
      return state;
    },
    async process() {
      const { Id, State } = await act('inspect', () => container.inspect());
      if (State.Pid > 0) return { hostPid: State.Pid, containerId: Id };
      throw new DrillError(`${pod.name} has no etcd process: its container is ${State.Status}.`);
    },
    health: () => readHealth(pod.clientAddress),
    logExcerpt: () => log.excerpt(),
    start,
    stop,
    async kill() {
      await exitTold;
      become('killed');
      await act('kill', () => ended(container.kill({ signal: 'SIGKILL' })));
      await act('wait for', () => container.wait());
    },
    async pause() {
      await act('pause', () => container.pause());
      become('paused');
    },
    async resume() {
      await act('resume', () => container.unpause());
      become('running');
    },
    record: (next) => become(next),
    async ending() {
      const { State } = await act('inspect', () => container.inspect());
      if (!State.Running) return { exitCode: State.ExitCode, outOfMemory: State.OOMKilled };
      throw new DrillError(`${pod.name} has not ended: its container is ${State.Status}.`);
    },
    files: (use) => withMemberFiles(engine, pod, use),
    tool: (run) => runTool(engine, pod, current, run),
    async restart({ flags, image: next = current, joining, openFiles } = {}) {
      const create = await context.plan(next, flags, joining, openFiles);
      await exitTold;
      if (state === 'running') await stop();
      container = await replaceContainer(engine, container, create);
      current = next;
      await start();
    },
    async discard() {
      await exitTold;
      become('removed');
      await release();
      await act('remove', () => container.remove({ force: true }));
      await pod[Symbol.asyncDispose]();
      await act('remove the sidecar of', () => pod.sidecar.remove({ force: true }));
      await log[Symbol.asyncDispose]();
    },
    /** Lets go of it: what becomes of it from now on is no event of the run. */
    [Symbol.asyncDispose]: release,
  };
}

/** Ends a call that stops a container; that it was stopped already is what was wanted. */
async function ended(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== 304 && !(status === 409 && /is not running/.test(messageOf(error)))) throw error;
  }
}

async function readHealth(address: string): Promise<{ healthy: boolean; reason?: string }> {
  try {
    const response = await fetch(`http://${address}/health`, { signal: AbortSignal.timeout(2000) });
    const body = (await response.json()) as { health?: string | boolean; reason?: string };
    const healthy = response.ok && String(body.health) === 'true';
    return body.reason ? { healthy, reason: body.reason } : { healthy };
  } catch (error) {
    return { healthy: false, reason: messageOf(error) };
  }
}

/** Says that a member did not start, with what its log says about it. */
export function didNotStart(member: Member): DrillError {
  const excerpt = member.logExcerpt().map((line) => `  ${line}`);
  return new DrillError(
    `${member.name} (etcd ${member.image.version}) did not start. Its log:\n` +
      (excerpt.length === 0 ? '  (it wrote nothing)' : excerpt.join('\n')),
  );
}
