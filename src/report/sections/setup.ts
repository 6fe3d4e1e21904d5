import { html, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';

/** What ran: versions, members, the cluster's spec, the drill's parameters. */
export function setupSection({ header, members }: ReportModel): Safe {
  const { versions } = header;
  return html`<section>
    <h2>Set-up</h2>
    <p>${header.summary}</p>
    <div class="columns">
      ${facts('Versions', {
        drill: versions.drill,
        etcd: `${versions.etcd} (${versions.etcdSource})`,
        'Docker Engine': versions.engine,
        kernel: versions.kernel,
      })}
      ${facts('Parameters', { seed: header.seed, ...header.parameters })}
      ${facts('Cluster', header.spec)}
    </div>
    ${members.length === 0 ? null : memberTable(members)}
  </section>`;
}

function facts(title: string, values: Record<string, unknown>): Safe {
  return html`<div>
    <h3>${title}</h3>
    <dl class="facts">
      ${Object.entries(values).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${shown(value)}</dd>
          </div>`,
      )}
    </dl>
  </div>`;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function memberTable(members: ReportModel['members']): Safe {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Members">
    <table class="members">
      <thead>
        <tr>
          <th scope="col">Member</th>
          <th scope="col">Version</th>
          <th scope="col">Raft id</th>
          <th scope="col">Client address</th>
          <th scope="col">Peer address</th>
          <th scope="col">Image</th>
        </tr>
      </thead>
      <tbody>
        ${members.map(
          ({ name, version, id, clientAddress, peerAddress, image }) =>
            html`<tr>
              <td>${name}</td>
              <td>${version}</td>
              <td><code>${id}</code></td>
              <td>${clientAddress}</td>
              <td>${peerAddress}</td>
              <td>${image}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
