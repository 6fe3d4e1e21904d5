import { damaged } from '../damaged.ts';
import type { Database } from './database.ts';
import type { BoltItem, BoltNode } from './node.ts';

export type WalkOrder = 'ascending' | 'descending';

/**
 * Items of the tree below `root`, by key. Holds one page for each level, and one bit for each page
 * of the file: a page that is reached twice ends it with an error, so it ends on any file, and so
 * do keys out of order.
 */
export function* walk(
  database: Database,
  root: BoltNode,
  order: WalkOrder,
): Generator<BoltItem, void> {
  const { path } = database;
  const visit = visitor(database);
  visit(root);
  const stack = [{ node: root, taken: 0 }];
  let before: Buffer | undefined;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { node } = top;
    if (top.taken === node.count) {
      stack.pop();
      continue;
    }
    const index = order === 'ascending' ? top.taken : node.count - 1 - top.taken;
    top.taken += 1;
    if (node.kind === 'branch') {
      const child = database.readNode(node.child(index));
      visit(child);
      stack.push({ node: child, taken: 0 });
      continue;
    }
    const item = node.item(index);
    if (before !== undefined && !follows(item.key, before, order))
      throw damaged(path, `the keys of page ${node.page} are out of order`);
    before = item.key;
    yield item;
  }
}

function follows(key: Buffer, before: Buffer, order: WalkOrder): boolean {
  return (order === 'ascending' ? key.compare(before) : before.compare(key)) > 0;
}

/** Takes note of every page of a node, those it overflows into as well. */
function visitor({ path, meta }: Database): (node: BoltNode) => void {
  const seen = new Uint8Array(Math.ceil(meta.pageCount / 8));
  return ({ page, pages }) => {
    if (page === withinParent) return;
    for (let id = page; id < page + pages; id += 1) {
      const byte = seen[id >> 3] ?? 0;
      if ((byte & (1 << (id & 7))) !== 0)
        throw damaged(path, `page ${id} is reached twice, so its tree has a loop`);
      seen[id >> 3] = byte | (1 << (id & 7));
    }
  };
}

const withinParent = 0;
