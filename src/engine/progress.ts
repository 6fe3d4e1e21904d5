import { z } from 'zod';
import type { Engine } from './engine.ts';

const eventSchema = z.object({
  status: z.string().optional(),
  stream: z.string().optional(),
  error: z.string().optional(),
  aux: z.object({ ID: z.string().optional() }).optional(),
});
export type ProgressEvent = z.infer<typeof eventSchema>;

/** Follows the events of a pull, import or build to its end; throws the engine's own error text. */
export async function followProgress(
  engine: Engine,
  stream: NodeJS.ReadableStream,
): Promise<ProgressEvent[]> {
  const events = await new Promise<unknown[]>((resolve, reject) => {
    engine.docker.modem.followProgress(stream, (error, output) =>
      error === null ? resolve(output) : reject(error),
    );
  });
  const parsed = events.map((event) => eventSchema.parse(event));
  const failed = parsed.find((event) => event.error !== undefined);
  if (failed?.error !== undefined) throw new Error(failed.error);
  return parsed;
}
