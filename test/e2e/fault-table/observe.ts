import { docker, lines } from '../../fixtures/docker.ts';

/**
 * What faults may leave behind, read from the engine's host by a container of the test's own, with no
 * code of drill's: rules and qdiscs of every namespace, cgroup files, mounts, files at the top of the
 * disks, limits, memory of the clock's code, states and programs of every process.
 */
export interface Observer extends AsyncDisposable {
  observe(run: string): Promise<string[]>;
  /** Whether the engine's kernel can do it. */
  can(what: 'netem' | 'device-mapper'): Promise<boolean>;
  readonly cgroup: 'cgroup-v1' | 'cgroup-v2';
}

export async function startObserver(toolbox: string): Promise<Observer> {
  const name = `drill-observer-${process.pid}`;
  const access = ['--pid=host', '--cgroupns=host', '--net=none', '--cap-drop=ALL'];
  const capabilities = ['SYS_PTRACE', 'NET_ADMIN', 'SYS_ADMIN', 'DAC_OVERRIDE'].map(
    (cap) => `--cap-add=${cap}`,
  );
  const rest = [
    '--security-opt=apparmor=unconfined',
    '-v',
    '/sys/fs/cgroup:/cg:ro',
    toolbox,
    'infinity',
  ];
  await docker([
    'run',
    '-d',
    '--name',
    name,
    ...access,
    ...capabilities,
    '--entrypoint=sleep',
    ...rest,
  ]);
  const sh = (script: string): Promise<string> => docker(['exec', name, 'sh', '-c', script]);
  const cgroup = (
    await sh('[ -e /cg/cgroup.controllers ] && echo cgroup-v2 || echo cgroup-v1')
  ).trim();
  return {
    cgroup: cgroup === 'cgroup-v2' ? cgroup : 'cgroup-v1',
    observe: async (run) => lines(await sh(await stateScript(run))).toSorted(),
    async can(what) {
      const tried = {
        netem: 'tc qdisc add dev lo root netem delay 1ms && tc qdisc del dev lo root',
        'device-mapper': "grep -q ' device-mapper$' /proc/misc",
      } as const;
      return (
        (await sh(`{ ${tried[what]}; } >/dev/null 2>&1 && echo yes || echo no`)).trim() === 'yes'
      );
    },
    async [Symbol.asyncDispose]() {
      await docker(['rm', '-f', name]);
    },
  };
}

/** Everything of a run's containers that a fault may change; each line names its container. */
async function stateScript(run: string): Promise<string> {
  const format =
    '{{.Name}} {{.Id}} {{.State.Pid}} {{.State.Status}} {{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}} {{.HostConfig.Memory}}';
  const ids = lines(await docker(['ps', '-aq', '--filter', `label=io.etcd-drill.run=${run}`]));
  const inspected = lines(await docker(['inspect', '--format', format, ...ids]));
  const scripts = inspected.map((line) => {
    const [name = '', id = '', pid = '', ...settings] = line.split(' ');
    const part = name.slice(`/drill-${run}-`.length);
    const kind = part.endsWith('-net') ? 'sidecar' : /^m\d+$/.test(part) ? 'etcd' : 'tools';
    // A tools container stays until the run is removed; what it did must not.
    const shown = kind === 'tools' ? ':' : `echo engine ${settings.join(' ')}`;
    return `( pid=${pid} id=${id}; ${shown}; ${programs}; ${kind === 'tools' ? mounts : ''} ${kind === 'sidecar' ? network : ''} ${kind === 'etcd' ? member : ''} ) 2>/dev/null | sed 's/^/${part}: /'`;
  });
  return `${scripts.join('\n')}\ntrue`;
}

/** Programs of the container's own cgroup, and which of them are stopped; shells come and go. */
const programs = `
for cg in /cg/pids/docker/$id /cg/system.slice/docker-$id.scope; do
  [ -e $cg/cgroup.procs ] && for p in $(cat $cg/cgroup.procs); do
    read -r comm </proc/$p/comm; state=$(sed 's/.*) //; s/ .*//' /proc/$p/stat)
    case $comm in ''|sh|sleep|timeout|flock|runc*|exe) ;; *) [ "$state" = T ] && echo "stopped $comm" || echo "runs $comm";; esac
  done | sort -u
done`;

const mounts = `cut -d' ' -f2,3 /proc/$pid/mounts | grep ' ext4' | grep -v '^/etc/';`;

/** Rules and own chains; a table comes into being when it is first looked at. */
const network = `
nsenter -t $pid -n iptables-save | grep -E '^-A|^:[^ ]+ (-|DROP)' | sed 's/ \\[[0-9:]*\\]$//'
nsenter -t $pid -n tc qdisc show | sed 's/ refcnt.*//'
nsenter -t $pid -n tc filter show dev eth0`;

/** The clock's code is the kernel's own image, the same in every process. */
const member = `
grep -E ' (/data|/wal) ' /proc/$pid/mounts | cut -d' ' -f2-
ls -A /proc/$pid/root/data
grep 'Max open files' /proc/$pid/limits
vdso=$(grep vdso /proc/$pid/maps | cut -d- -f1)
echo clock $(dd if=/proc/$pid/mem bs=4096 count=1 iflag=skip_bytes skip=$((0x$vdso)) | md5sum)
for file in blkio.throttle.read_bps_device blkio.throttle.write_bps_device blkio.throttle.read_iops_device blkio.throttle.write_iops_device cpu.cfs_quota_us memory.limit_in_bytes freezer.state; do
  for path in /cg/*/docker/$id/$file; do [ -e $path ] && echo $file $(cat $path); done
done | sort -u
for file in io.max cpu.max memory.max cgroup.freeze; do
  path=/cg/system.slice/docker-$id.scope/$file; [ -e $path ] && echo $file $(cat $path)
done`;
