import { bytes, count } from '../../report/format.ts';
import { html, type Safe } from '../../report/html.ts';
import type { Rehearsal } from '../rehearsal.ts';

/** What was rehearsed, and with what: enough to find the same file and versions again. */
export function fileSection({ snapshot, manifest, versions, run }: Rehearsal): Safe {
  return html`<section>
    <h2>The backup</h2>
    <div class="columns">
      ${facts('File', {
        path: snapshot.path,
        size: `${bytes(snapshot.sizeBytes)} (${count(snapshot.sizeBytes)} bytes)`,
        'SHA-256 of the database': snapshot.sha256,
        'taken at': manifest?.takenAt ?? 'no manifest',
        'cluster id': manifest?.clusterId ?? 'no manifest (it is not in the file)',
      })}
      ${facts('Keyspace', {
        revision: count(snapshot.revision),
        'compacted up to': count(snapshot.compactRevision),
        'live keys': count(snapshot.keys),
        'of them with a lease': count(snapshot.leasedKeys),
        'revisions in all': count(snapshot.revisions),
        'of them deletes': count(snapshot.tombstones),
        leases: count(snapshot.leases),
      })}
      ${facts('Cluster it was taken from', {
        'storage version': snapshot.version || 'below 3.6',
        'cluster version': snapshot.clusterVersion || 'not agreed on',
        'log index and term': `${count(snapshot.consistentIndex)}, ${snapshot.term === 0 ? 'not in the file' : snapshot.term}`,
        alarms: snapshot.alarms.map(({ alarm }) => alarm).join(', ') || 'none',
        authentication: snapshot.authEnabled
          ? `on, ${count(snapshot.users)} users, ${count(snapshot.roles)} roles`
          : 'off',
      })}
      ${facts('Rehearsed with', {
        etcd: `${versions.etcd} (${versions.etcdSource})`,
        drill: versions.drill,
        engine: versions.engine,
        kernel: versions.kernel,
        run,
      })}
    </div>
    ${memberTable(snapshot.members)}
  </section>`;
}

function facts(title: string, values: Readonly<Record<string, string>>): Safe {
  return html`<div>
    <h3>${title}</h3>
    <dl class="facts">
      ${Object.entries(values).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </div>`;
}

function memberTable(members: Rehearsal['snapshot']['members']): Safe | null {
  if (members.length === 0) return null;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Members">
    <table class="members">
      <thead>
        <tr>
          <th scope="col">Member then</th>
          <th scope="col">Role</th>
          <th scope="col">Raft id</th>
          <th scope="col">Peer URLs</th>
          <th scope="col">Client URLs</th>
        </tr>
      </thead>
      <tbody>
        ${members.map(
          ({ id, name, peerUrls, clientUrls, isLearner }) =>
            html`<tr>
              <td>${name}</td>
              <td>${isLearner ? 'learner' : 'voter'}</td>
              <td><code>${id}</code></td>
              <td>${peerUrls.join(', ')}</td>
              <td>${clientUrls.join(', ')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
