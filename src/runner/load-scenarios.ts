import { globSync, readdirSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, extname, matchesGlob, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DrillError, exitCode, messageOf } from '../errors.ts';
import { nearest } from '../parameters.ts';
import type { Scenario } from '../scenario.ts';

/** A scenario and where it came from. */
export interface LoadedScenario {
  /** The drill's name: its file's without the ending, for a built-in one with its folder's. */
  readonly name: string;
  /** As the command line names it: the drill's name, or the file's path. */
  readonly source: string;
  readonly scenario: Scenario;
}

const builtInFolder = new URL('../scenarios/', import.meta.url);
const indexUrl = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href;
const ending = /\.(ts|mts|js|mjs)$/;
const loadWithinMs = 10_000;

/** The pattern that means every built-in drill, in folders too; `*` means those in none. */
export const everyBuiltIn = '**';

/** Names of the drills that come with drill: `partition`, `regression/18089`. */
export function builtInNames(): string[] {
  return readdirSync(builtInFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => ending.test(file) && !file.endsWith('.d.ts'))
    .map((file) => file.replace(ending, ''))
    .toSorted();
}

/**
 * Loads the scenarios that `patterns` mean: names of built-in drills, globs over them, files, globs
 * over files. What means nothing is an error that names the nearest drill.
 */
export async function loadScenarios(patterns: readonly string[]): Promise<LoadedScenario[]> {
  const sources = new Map<string, { name: string; url: string }>();
  for (const pattern of patterns) {
    for (const source of sourcesOf(pattern)) sources.set(source.source, source);
  }
  return Promise.all(
    [...sources].map(async ([source, { name, url }]) => ({
      name,
      source,
      scenario: await load(source, url),
    })),
  );
}

function sourcesOf(pattern: string): { source: string; name: string; url: string }[] {
  const builtIn = builtInNames().filter((name) => name === pattern || matchesGlob(name, pattern));
  if (builtIn.length > 0) {
    const file = extname(import.meta.url);
    return builtIn.map((name) => ({
      source: name,
      name,
      url: new URL(`${name}${file}`, builtInFolder).href,
    }));
  }
  const files = globSync(pattern).filter((path) => ending.test(path) && statSync(path).isFile());
  if (files.length > 0) {
    return files.toSorted().map((path) => ({
      source: path,
      name: basename(path).replace(ending, ''),
      url: pathToFileURL(resolve(path)).href,
    }));
  }
  throw new DrillError(
    `There is no drill or scenario file \`${pattern}\`: did you mean \`${nearest(pattern, builtInNames())}\`? ` +
      'See `drill list`.',
  );
}

/** Lets a scenario file anywhere import `etcd-drill`, and get the drill that is running. */
const resolveOwnName = (): void => {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'etcd-drill' ? { url: indexUrl, shortCircuit: true } : next(specifier, context),
  });
};
let hooked = false;

async function load(source: string, url: string): Promise<Scenario> {
  if (!hooked) resolveOwnName();
  hooked = true;
  let exported: { default?: Partial<Scenario> };
  try {
    exported = await within(import(url) as Promise<typeof exported>);
  } catch (error) {
    throw new DrillError(
      `Could not load the scenario ${source}: ${explain(error)}`,
      exitCode.couldNotRun,
      error,
    );
  }
  if (exported.default?.kind === 'drill-scenario') return exported.default as Scenario;
  throw new DrillError(
    `${source} is no scenario: its default export must be \`scenario({ … }, async (stage) => { … })\`.`,
  );
}

async function within<T>(loading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `it did not finish loading in ${loadWithinMs / 1000} s (a top-level await that never ends?)`;
    timer = setTimeout(() => reject(new Error(message)), loadWithinMs);
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A syntax error's own place in the file stands in its stack, not in its message. */
function explain(error: unknown): string {
  if (!(error instanceof SyntaxError)) return messageOf(error);
  const place = error.stack?.split('\n').slice(0, 4).join('\n') ?? '';
  return place.includes(error.message) ? place : `${error.message}\n${place}`;
}
