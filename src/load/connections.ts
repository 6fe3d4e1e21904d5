import { openClient, type EtcdClient } from '../etcd/client.ts';
import type { LoadTarget } from './load.ts';

/** A client of each member that is worked at, opened as members come and closed at the end. */
export interface Connections {
  /** Those to `targets`, in their order; a member that was not among the last ones gets a new one. */
  to(targets: readonly LoadTarget[]): EtcdClient[];
  close(): Promise<void>;
}

export function openConnections(): Connections {
  const opened: EtcdClient[] = [];
  let present = new Map<string, EtcdClient>();
  const open = ({ name, address }: LoadTarget): EtcdClient => {
    const client = openClient({ member: name, address });
    opened.push(client);
    return client;
  };
  return {
    to(targets) {
      present = new Map(
        targets.map((target) => [target.name, present.get(target.name) ?? open(target)]),
      );
      return [...present.values()];
    },
    async close() {
      for (const client of opened) await client[Symbol.asyncDispose]();
    },
  };
}
