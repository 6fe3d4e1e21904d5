import type Docker from 'dockerode';

/** A Docker Engine that answered. */
export interface Engine {
  readonly docker: Docker;
  /** How it was found, for messages: `DOCKER_HOST tcp://…`, `context "x"`, `/var/run/docker.sock`. */
  readonly source: string;
  readonly version: string;
  /** Docker's name of the architecture's Go port: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly kernel: string;
  readonly cgroupVersion: 1 | 2;
  /** Where published ports are reached from here. */
  readonly location:
    | { readonly kind: 'local' }
    /** Another host: `address` is the name or address this machine reaches it by. */
    | { readonly kind: 'remote'; readonly address: string };
}

/** Announces a set-up step and prints how long it took, once. */
export type Announce = <T>(title: string, task: () => Promise<T>) => Promise<T>;

/** An etcd image on the engine. */
export interface EtcdImage {
  /** Image id or digest reference; what containers are created from. */
  readonly reference: string;
  /** What `etcd --version` in it says, e.g. `3.7.3`. */
  readonly version: string;
  /** Where it came from, e.g. `go:3.7.3`, `deb:trixie`, `registry:<ref>`, `dir:<path>`. */
  readonly source: string;
  /** Said in the first lines and in the report when another than the default version serves. */
  readonly notice?: string;
}
