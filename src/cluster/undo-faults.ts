import type Docker from 'dockerode';
import type { Engine } from '../engine/engine.ts';
import { labels } from '../engine/labels.ts';
import { docker, isGone } from './docker-errors.ts';
import { openSession } from './session.ts';
import { healNow, listUndo } from './undo-shell.ts';

/** A fault whose undo is registered in a container. */
export interface RegisteredFault {
  readonly fault: string;
  readonly title: string;
  /** `runner`, or the fault's own name where it was injected by hand. */
  readonly owner: string;
}

/** What running the registered undos came to, each with the container that it ran in. */
export interface Undone {
  readonly off: readonly { readonly fault: string; readonly title: string }[];
  /** Those that are still on, with what the undo said. */
  readonly on: readonly { readonly fault: string; readonly title: string; readonly said: string }[];
}

const undoWithinMs = 60_000;

/** Takes off what is registered in every container of a run: one fault, or all, whoever owns them. */
export async function undoFaults(engine: Engine, run: string, fault?: string): Promise<Undone> {
  const printed = await inHolders(engine, run, healNow(fault));
  const ended = printed.flatMap(({ lines, said }) =>
    lines.map((line) => {
      const [state, name = '', ...title] = line.split(' ');
      return { state, fault: name, title: title.join(' '), said };
    }),
  );
  return {
    off: ended
      .filter(({ state }) => state === 'off')
      .map(({ fault: id, title }) => ({ fault: id, title })),
    on: ended
      .filter(({ state }) => state === 'on')
      .map(({ fault: id, title, said }) => ({ fault: id, title, said })),
  };
}

/** The faults that are on and come off by themselves; each once, however many containers hold it. */
export async function registeredFaults(engine: Engine, run: string): Promise<RegisteredFault[]> {
  const printed = await inHolders(engine, run, listUndo);
  const faults = printed.flatMap(({ lines }) =>
    lines.map((line): [string, RegisteredFault] => {
      const [owner = '', fault = '', ...title] = line.split(' ');
      return [`${owner} ${fault}`, { owner, fault, title: title.join(' ') }];
    }),
  );
  return [...new Map(faults).values()];
}

const holders = new Set(['sidecar', 'helper', 'tools']);

/** Runs a script in every running container of the run that may hold leases. */
async function inHolders(
  engine: Engine,
  run: string,
  script: string,
): Promise<{ lines: string[]; said: string }[]> {
  const filters = { label: [`${labels.run}=${run}`] };
  const running = await docker(engine, `find what holds the faults of ${run}`, () =>
    engine.docker.listContainers({ filters }),
  );
  return Promise.all(
    running
      .filter(({ Labels }) => holders.has(Labels[labels.kind] ?? ''))
      .map(async ({ Id, Names }) => {
        const container = engine.docker.getContainer(Id);
        try {
          await using session = await openSession(container, Names.join());
          const { stdout, stderr } = await session.run(script, undoWithinMs);
          return { lines: stdout.split('\n').filter(Boolean), said: stderr.trim() };
        } catch (error) {
          // What ended meanwhile took its faults with it.
          if (await hasEnded(container)) return { lines: [], said: '' };
          throw error;
        }
      }),
  );
}

async function hasEnded(container: Docker.Container): Promise<boolean> {
  try {
    return !(await container.inspect()).State.Running;
  } catch (error) {
    if (isGone(error)) return true;
    throw error;
  }
}
