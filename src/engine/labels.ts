/** Labels on everything drill creates in an engine: containers, volumes, networks and images. */
export const labels = {
  /** Id of the run that owns the resource; what `drill clean` looks for. */
  run: 'io.etcd-drill.run',
  /** Name of the drill that the run executes. */
  drill: 'io.etcd-drill.drill',
  /** What the resource is: `image`, `probe`, `sidecar`, `etcd`, … */
  kind: 'io.etcd-drill.kind',
  /** Name of the member it belongs to. */
  member: 'io.etcd-drill.member',
  /** Sidecars: the member's zone, where the cluster's spec names zones. */
  zone: 'io.etcd-drill.zone',
  /** Containers of etcd that run with other settings for a time: the usual command line, as JSON. */
  usual: 'io.etcd-drill.usual',
  /** Images, and containers of etcd: where it came from, e.g. `go:3.7.3`. */
  source: 'io.etcd-drill.source',
  /** Images: what it was made from; an image with the same recipe is not made again. */
  recipe: 'io.etcd-drill.recipe',
  /** Images, and containers of etcd: what `etcd --version` in it says. */
  version: 'io.etcd-drill.version',
} as const;
