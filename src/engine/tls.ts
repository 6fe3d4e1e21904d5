import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DrillError } from '../errors.ts';
import type { TlsFiles } from './endpoint.ts';

/** Reads `ca.pem`, `cert.pem` and `key.pem`; each may be absent, all of them may not. */
export function readTls(folder: string, verify: boolean): TlsFiles {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file) : undefined;
  });
  if (!ca && !cert && !key) {
    throw new DrillError(
      `TLS to the engine is asked for, but ${folder} has no ca.pem, cert.pem or key.pem; ` +
        'set DOCKER_CERT_PATH to the folder that has them',
    );
  }
  return { verify, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}
