/**
 * The engine's own words. The Docker client's messages lead with the HTTP status, which says
 * nothing to somebody who asked for an image.
 */
export function engineErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim();
}
