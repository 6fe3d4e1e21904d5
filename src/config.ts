import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { DrillError, messageOf } from './errors.ts';
import { describeIssue } from './schema-issue.ts';

/** Defaults of `drill run` for a folder, from its `drill.config.ts`; flags on the command line win. */
const drillConfig = z.strictObject({
  /** Scenario files or globs that `drill run` and `drill list` know beside the built-in drills. */
  scenarios: z.array(z.string()).optional(),
  etcd: z.string().optional(),
  members: z.number().int().min(1).max(9).optional(),
  seed: z.number().int().nonnegative().optional(),
  timeout: z.string().optional(),
  output: z.string().optional(),
  reporters: z.array(z.string()).optional(),
});
export type DrillConfig = z.infer<typeof drillConfig>;

export const defineConfig = (config: DrillConfig): DrillConfig => config;

/** The configuration of `folder`; empty where it has no `drill.config.ts`. */
export async function loadConfig(folder: string): Promise<DrillConfig> {
  const path = resolve(folder, 'drill.config.ts');
  if (!existsSync(path)) return {};
  let exported: { default?: unknown };
  try {
    exported = (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    throw new DrillError(`Could not load ${path}: ${messageOf(error)}`, undefined, error);
  }
  const parsed = drillConfig.safeParse(exported.default);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw parsed.error;
  const fields = Object.keys(drillConfig.shape);
  throw new DrillError(
    `${path}: ${describeIssue(issue, 'the default export', () => fields, exported.default)}. ` +
      'Export a configuration with `export default defineConfig({ … })`.',
  );
}
