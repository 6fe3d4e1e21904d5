/** Everything of a member's container that is not its image's, as `docker run` takes it. */
const asItIs = [
  '--name {{slice .Name 1}} --user {{.Config.User}}',
  '--network {{.HostConfig.NetworkMode}} --pid {{.HostConfig.PidMode}}',
  '{{range .HostConfig.Binds}}-v {{.}} {{end}}{{range .HostConfig.CapDrop}}--cap-drop {{.}} {{end}}',
  '{{range .HostConfig.SecurityOpt}}--security-opt {{.}} {{end}}',
  '{{with .HostConfig.NanoCpus}}--cpus {{.}}e-9 {{end}}{{with .HostConfig.Memory}}--memory {{.}} --memory-swap {{.}} {{end}}',
  // The command of a changed container is kept in a label for drill's own heal: it has spaces.
  '{{range $name, $value := .Config.Labels}}{{if ne $name "io.etcd-drill.usual"}}--label {{$name}}={{$value}} {{end}}{{end}}',
  '--entrypoint {{index .Config.Entrypoint 0}} {{.Config.Image}}',
  // Made by `docker run`, the flags are the command; made by drill, they follow in the entry point.
  '{{range slice .Config.Entrypoint 1}}{{.}} {{end}}{{range .Config.Cmd}}{{.}} {{end}}',
].join(' ');

export interface Recreation {
  /** Options of `docker run` in addition. */
  readonly options?: string;
  readonly withFlag?: string;
  readonly withoutFlag?: string;
}

/** The command that makes a member's container anew, with a change; data and address stay. */
export function recreated(
  container: string,
  { options = '', withFlag = '', withoutFlag }: Recreation = {},
): string {
  const read = `docker inspect --format '${asItIs}' ${container}`;
  const changed = withoutFlag === undefined ? read : `${read} | sed 's/${withoutFlag}//'`;
  const run = ['docker run --detach', options, '$as', withFlag].filter(Boolean).join(' ');
  return `as=$(${changed}) && docker rm --force ${container} && ${run}`;
}
