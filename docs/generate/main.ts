import { writeFileSync } from 'node:fs';
import { documents } from './documents.ts';

/** `npm run docs`: writes the documents that are made from the source. */
for (const [path, text] of await documents()) writeFileSync(path, text);
