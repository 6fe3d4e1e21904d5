/** How an engine is reached; `host` is a name or an address without brackets. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsFiles }
  | { readonly kind: 'ssh'; readonly destination: string; readonly host: string };

/** Contents of the PEM files of a TLS connection; `verify: false` accepts any server. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly verify: boolean;
}

/** An endpoint that the user named, or one of the default places to look. */
export interface EngineTarget {
  readonly endpoint: Endpoint;
  /** For messages, e.g. `DOCKER_HOST=tcp://…`, `Docker context "x"`, `/var/run/docker.sock`. */
  readonly source: string;
}

/**
 * Reads an address as `DOCKER_HOST` and Docker contexts spell it: `unix:///path`,
 * `tcp://host[:port]`, `ssh://[user@]host[:port]`. Returns undefined for anything else.
 */
export function parseEndpoint(address: string, tls?: TlsFiles): Endpoint | undefined {
  if (address.startsWith('unix://')) {
    const socketPath = address.slice('unix://'.length);
    return socketPath.startsWith('/') ? { kind: 'unix', socketPath } : undefined;
  }
  const url = URL.parse(address);
  if (url === null || url.hostname === '' || !/^\/?$/.test(url.pathname)) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'ssh:') {
    return { kind: 'ssh', destination: address.replace(/\/$/, ''), host };
  }
  if (url.protocol === 'tcp:' || url.protocol === 'http:' || url.protocol === 'https:') {
    const secured = tls ?? (url.protocol === 'https:' ? { verify: true } : undefined);
    const port = url.port === '' ? defaultPort(address, secured !== undefined) : Number(url.port);
    return { kind: 'tcp', host, port, ...(secured && { tls: secured }) };
  }
  return undefined;
}

function defaultPort(address: string, secured: boolean): number {
  // URL drops the port that is its protocol's own, as in `https://host:443`.
  const written = /:(\d+)\/?$/.exec(address)?.[1];
  if (written !== undefined) return Number(written);
  return secured ? 2376 : 2375;
}
