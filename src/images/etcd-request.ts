import { DrillError } from '../errors.ts';

/** What `--etcd` asks for. */
export type EtcdRequest =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'registry'; readonly reference: string }
  | { readonly kind: 'go'; readonly version: string }
  | { readonly kind: 'deb'; readonly suite: string }
  | { readonly kind: 'dir'; readonly path: string };

/** Reads `--etcd`: a bare version, or `registry:`, `go:`, `deb:` or `dir:` and what each takes. */
export function parseEtcdRequest(text: string): EtcdRequest {
  const [, scheme, value] = /^(registry|go|deb|dir):(.+)$/s.exec(text) ?? [];
  if (scheme === undefined && versionPattern.test(text)) {
    return { kind: 'version', version: text.replace(/^v/, '') };
  }
  if (scheme === 'registry' && value !== undefined) return { kind: 'registry', reference: value };
  if (scheme === 'dir' && value !== undefined) return { kind: 'dir', path: value };
  if (scheme === 'deb' && value !== undefined && /^[a-z]+$/.test(value)) {
    return { kind: 'deb', suite: value };
  }
  if (scheme === 'go' && value !== undefined && versionPattern.test(value)) {
    return { kind: 'go', version: value.replace(/^v/, '') };
  }
  throw new DrillError(
    `\`--etcd ${text}\` names no etcd; expected a full version (3.7.3), registry:<reference>, ` +
      'go:<version>, deb:<suite> or dir:<path>',
  );
}

const versionPattern = /^v?\d+\.\d+\.\d+(-[\w.]+)?$/;
