import { existsSync, readFileSync } from 'node:fs';

/** Why faults are refused on a kind of host, by fault: the checked-in list, or none. */
export function knownRefusals(host: string): Readonly<Record<string, string>> {
  const file = new URL(`refused/${host}.json`, import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}
