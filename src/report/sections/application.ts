import { cutText } from '../cut.ts';
import { count } from '../format.ts';
import { html, type Safe } from '../html.ts';
import type { ReportModel } from '../model.ts';
import { feltText } from '../model/application.ts';

const mostCharacters = 300;

/** What the cluster's users would have noticed, who have a client that retries by itself. */
export function applicationSection({ application }: ReportModel): Safe | null {
  if (application === null) return null;
  const { answered, failed, errors } = application;
  return html`<section>
    <h2>What an application felt</h2>
    <p>
      An application with a stock etcd3 client, which knows every endpoint and retries by itself,
      got ${feltText(application)}. ${count(answered)} of its linearizable reads were answered,
      ${failed === 0 ? 'none' : count(failed)} failed.
    </p>
    ${
      errors.length === 0
        ? null
        : html`<ul class="evidence">
            ${errors.map((error) => html`<li><code>${cutText(error, mostCharacters)}</code></li>`)}
          </ul>`
    }
  </section>`;
}
