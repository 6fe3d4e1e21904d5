import type { RegisterCall } from '../search/register.ts';
import type { SearchOperation } from '../search/model.ts';
import { DrillError } from '../../errors.ts';

/**
 * Jepsen's log of one register: lines `INFO  jepsen.util - 3 :invoke :cas [1 2]`, fields separated
 * by tabs; others are skipped. Times are line numbers. A read that failed or was lost says nothing
 * and is left out; any other operation without an answer, or with `:info`, is unknown. A failed
 * compare-and-set is an answer.
 */
export function parseJepsenRegister(text: string): SearchOperation<RegisterCall>[] {
  const operations: SearchOperation<RegisterCall>[] = [];
  const open = new Map<number, Pending>();
  const close = (client: number, returned: number, type: string, name: string, value: string) => {
    const pending = open.get(client);
    open.delete(client);
    if (pending === undefined) return;
    const call = answered(pending, type, name, value);
    const end = type === ':info' || (type === ':fail' && name !== ':cas') ? Infinity : returned;
    if (call !== undefined)
      operations.push({ client, key: '', invoked: pending.line, returned: end, call });
  };
  for (const [line, content] of text.split('\n').entries()) {
    const [, process, type, name, value = ''] = pattern.exec(content) ?? [];
    if (process === undefined || type === undefined || name === undefined) continue;
    const client = Number(process);
    if (type === ':invoke') {
      close(client, Infinity, ':info', open.get(client)?.name ?? name, '');
      open.set(client, { line, name, value });
    } else close(client, line, type, name, value);
  }
  for (const [client, { name }] of open) close(client, Infinity, ':info', name, '');
  if (operations.length > 0) return operations;
  throw new DrillError(
    'no operation found; a `jepsen-register` history has lines like `INFO  jepsen.util - 3 :invoke :read nil` with tabs between the fields',
  );
}

interface Pending {
  readonly line: number;
  readonly name: string;
  readonly value: string;
}

const pattern = /jepsen\.util - (\d+)\s+(:invoke|:ok|:fail|:info)\s+(:read|:write|:cas)\s+(.*)$/;

function answered(
  pending: Pending,
  type: string,
  name: string,
  value: string,
): RegisterCall | undefined {
  if (name === ':read') {
    if (type !== ':ok') return undefined;
    return { kind: 'read', value: value.trim() === 'nil' ? null : value.trim() };
  }
  if (name === ':write') return { kind: 'write', value: pending.value.trim() };
  const [from = '', to = ''] = pending.value.replaceAll(/[[\]]/g, '').trim().split(/\s+/);
  if (type === ':info' || value.includes(':timed-out')) return { kind: 'cas', from, to };
  return { kind: 'cas', from, to, ok: type === ':ok' };
}
