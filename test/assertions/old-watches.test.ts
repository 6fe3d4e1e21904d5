import { describe, expect, test } from 'vitest';
import { oldWatches } from '../../src/assertions/old-watches.ts';
import { runOf } from '../fixtures/run-builder.ts';

const look = (seenRevision: number, endedBy: string) =>
  runOf({
    events: [
      {
        type: 'observation',
        t: 1000,
        name: 'old-watch',
        member: 'm2',
        data: { startRevision: 62, fromRevision: 31, toRevision: 45, seenRevision, endedBy },
      },
    ],
  });
const compacted = 'etcdserver: mvcc: required revision has been compacted';
const silent =
  'a watch at m2 from revision 62, as the old cluster had counted, was told nothing while the restored one went from revision 31 to 45';

describe('where the revision was bumped', () => {
  const { judge } = oldWatches({ expected: 'told' });

  test('an old watch ends as compacted', () => {
    expect(judge(look(0, compacted))).toMatchObject({
      status: 'held',
      summary: `a watch at m2 from revision 62, as the old cluster had counted, was ended with "${compacted}"`,
    });
  });

  test('silence, other events and another answer of etcd are violations', () => {
    expect(judge(look(0, ''))).toMatchObject({ status: 'violated', summary: silent });
    expect(judge(look(45, ''))).toMatchObject({ status: 'violated' });
    expect(judge(look(0, 'etcdserver: no leader')).status).toBe('violated');
    expect(judge(look(0, 'canceled by etcd')).status).toBe('violated');
  });

  test('a connection that was lost says nothing of it', () => {
    expect(judge(look(0, 'read ECONNRESET'))).toMatchObject({
      status: 'inconclusive',
      summary:
        'a watch at m2 from revision 62, as the old cluster had counted, was ended with "read ECONNRESET"',
    });
  });
});

describe('where it was not', () => {
  const { judge } = oldWatches({ expected: 'silent' });

  test('silence is shown, with the remedy', () => {
    expect(judge(look(0, ''))).toMatchObject({
      status: 'held',
      summary: `${silent}: without a bump no client learns that its revisions are gone; restore with \`--bump-revision\` and \`--mark-compacted\``,
    });
  });

  test('what is not silent shows nothing', () => {
    expect(judge(look(45, '')).status).toBe('inconclusive');
    expect(judge(look(0, compacted)).status).toBe('inconclusive');
  });
});

test('a run that took up no watch cannot tell', () => {
  for (const expected of ['told', 'silent'] as const)
    expect(oldWatches({ expected }).judge(runOf({}))).toMatchObject({
      status: 'inconclusive',
      summary: 'the run ended before an old watch was taken up',
    });
});
