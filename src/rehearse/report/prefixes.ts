import { bytes, count } from '../../report/format.ts';
import { html, type Safe } from '../../report/html.ts';
import type { ComparedPrefix, Rehearsal } from '../rehearsal.ts';

/** Keys and bytes by prefix: in the file, and served by the restored cluster at its revision. */
export function prefixesSection({ prefixes, snapshot }: Rehearsal): Safe | null {
  if (prefixes.length === 0) return null;
  return html`<section>
    <h2>Keys by prefix</h2>
    <p class="hint">At revision ${snapshot.revision}; bytes are those of names and values.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Keys by prefix">
      <table class="lines">
        <thead>
          <tr>
            <th scope="col">Prefix</th>
            <th scope="col">Keys in the file</th>
            <th scope="col">Keys served</th>
            <th scope="col">Bytes in the file</th>
            <th scope="col">Bytes served</th>
            <th scope="col"></th>
          </tr>
        </thead>
        <tbody>
          ${prefixes.map(row)}
        </tbody>
      </table>
    </div>
  </section>`;
}

function row({ prefix, keys, bytes: size, served }: ComparedPrefix): Safe {
  const isAlike = served !== null && served.keys === keys && served.bytes === size;
  const verdict = isAlike
    ? html`<span class="verdict good">✓ alike</span>`
    : html`<span class="verdict bad">✗ differs</span>`;
  return html`<tr>
    <td>${nameOf(prefix)}</td>
    <td>${count(keys)}</td>
    <td>${served === null ? 'not read' : count(served.keys)}</td>
    <td>${bytes(size)}</td>
    <td>${served === null ? 'not read' : bytes(served.bytes)}</td>
    <td>${served === null ? null : verdict}</td>
  </tr>`;
}

function nameOf(prefix: string | null): Safe | string {
  if (prefix === null) return 'all other prefixes';
  return prefix === '' ? 'names without a “/”' : html`<code>${prefix}</code>`;
}
