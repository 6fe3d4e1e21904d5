import type { SingleEtcd } from '../../test/fixtures/single-etcd.ts';

/** What `etcdctl check perf` found: its own client, 256-byte keys and 1 KiB values, for 60 s. */
export interface CheckPerf {
  readonly writesPerSecond: number;
  readonly slowestSeconds: number;
  /** Its verdict on the throughput it aimed at, e.g. 15,000 a second for `xl`. */
  readonly verdict: 'PASS' | 'FAIL';
}

/** Runs it inside the member's container, at the member itself. */
export async function checkPerf(
  etcd: SingleEtcd,
  load: 's' | 'm' | 'l' | 'xl',
): Promise<CheckPerf> {
  const { output } = await etcd.exec(['etcdctl', 'check', 'perf', `--load=${load}`]);
  const throughput = /(PASS|FAIL): Throughput (?:is|too low:) (\d+) writes\/s/.exec(output);
  const slowest = /Slowest request (?:took|took too long:) ([\d.]+)s/.exec(output);
  if (throughput === null || slowest === null) {
    throw new Error(`\`etcdctl check perf\` answered something else: ${output}`);
  }
  return {
    writesPerSecond: Number(throughput[2]),
    slowestSeconds: Number(slowest[1]),
    verdict: throughput[1] === 'PASS' ? 'PASS' : 'FAIL',
  };
}
