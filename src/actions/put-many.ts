import type { RecordedClient } from '../load/recorded-client.ts';

const keys = 500;
const atATime = 64;

/** Puts `count` unique values to a few hundred keys under `prefix`, as fast as one member takes them. */
export async function putMany(
  client: RecordedClient,
  { prefix, count }: { readonly prefix: string; readonly count: number },
): Promise<void> {
  let next = 0;
  const putInTurn = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const key = `${prefix}${number % keys}`;
      await client.must({ kind: 'put', key, value: `${key}#${number}` });
    }
  };
  await Promise.all(Array.from({ length: atATime }, putInTurn));
}
