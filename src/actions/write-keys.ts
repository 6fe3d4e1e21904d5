import type { RecordedClient } from '../load/recorded-client.ts';

/** Below the 128 operations that etcd takes in one transaction by default. */
const perTransaction = 100;
const atATime = 4;

/** Writes `count` keys under `prefix`, each once, by transactions of a hundred. */
export async function writeKeys(
  client: RecordedClient,
  { prefix, count }: { readonly prefix: string; readonly count: number },
): Promise<void> {
  let next = 0;
  const writeInTurn = async (): Promise<void> => {
    while (next < count) {
      const first = next;
      next = Math.min(count, first + perTransaction);
      const success = Array.from({ length: next - first }, (_, index) => {
        const key = `${prefix}${first + index}`;
        return { kind: 'put', key, value: `${key}#` } as const;
      });
      await client.must({ kind: 'txn', compare: [], success, failure: [] });
    }
  };
  await Promise.all(Array.from({ length: atATime }, writeInTurn));
}
