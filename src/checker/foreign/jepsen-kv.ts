import { DrillError } from '../../errors.ts';
import type { KeyValueCall } from '../search/key-value.ts';
import type { SearchOperation } from '../search/model.ts';

/**
 * A log of get, put and append on text keys, one per line:
 * `{:process 0, :type :invoke, :f :get, :key "0", :value nil}`. Times are line numbers. A get
 * without an answer says nothing and is left out; another operation without one is unknown.
 */
export function parseJepsenKv(text: string): SearchOperation<KeyValueCall>[] {
  const operations: SearchOperation<KeyValueCall>[] = [];
  const open = new Map<number, Entry>();
  for (const [line, content] of text.split('\n').entries()) {
    const entry = parseLine(content, line);
    if (entry === undefined) continue;
    const pending = open.get(entry.client);
    if (entry.type === 'invoke') {
      if (pending !== undefined) addUnknown(operations, pending);
      open.set(entry.client, entry);
    } else if (pending !== undefined) {
      open.delete(entry.client);
      const { client, key } = pending;
      const value = pending.kind === 'get' ? entry.value : pending.value;
      const call: KeyValueCall = { kind: pending.kind, value };
      operations.push({ client, key, invoked: pending.line, returned: line, call });
    }
  }
  for (const pending of open.values()) addUnknown(operations, pending);
  if (operations.length > 0) return operations;
  throw new DrillError(
    'no operation found; a `jepsen-kv` history has lines like `{:process 0, :type :invoke, :f :get, :key "0", :value nil}`',
  );
}

interface Entry {
  readonly client: number;
  readonly line: number;
  readonly type: 'invoke' | 'ok';
  readonly kind: KeyValueCall['kind'];
  readonly key: string;
  readonly value: string;
}

const pattern =
  /:process (\d+), :type :(invoke|ok), :f :(get|put|append), :key "([^"]*)", :value (?:nil|"([^"]*)")/;

function parseLine(content: string, line: number): Entry | undefined {
  const [, process, type, kind, key, value = ''] = pattern.exec(content) ?? [];
  if (process === undefined || key === undefined) return undefined;
  const client = Number(process);
  return { client, line, type: type as Entry['type'], kind: kind as Entry['kind'], key, value };
}

function addUnknown(operations: SearchOperation<KeyValueCall>[], pending: Entry): void {
  const { client, key, kind, value, line } = pending;
  if (kind === 'get') return;
  operations.push({ client, key, invoked: line, returned: Infinity, call: { kind, value } });
}
