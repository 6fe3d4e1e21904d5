import { expect, test } from 'vitest';
import { readMembers } from '../../src/restore/planned-member.ts';
import { refuseLeftOut } from '../../src/restore/refuse-unfit.ts';

const former = (name: string, host: string) => ({
  id: name,
  name,
  peerUrls: [`http://${host}:2380`],
  clientUrls: [],
  isLearner: false,
});
const summary = { members: ['m1', 'm2', 'm3'].map((name) => former(name, `${name}.example`)) };
const refuse = (...plan: string[]) => refuseLeftOut(summary, readMembers(plan));

test('one member of three is no plan, and neither is one at its address with another name', () => {
  const message =
    'The plan has some members of the cluster that was backed up, but not m1 (http://m1.example:2380), m3 (http://m3.example:2380). A restore makes a whole new cluster: where those live, replace what was lost with `etcdctl member remove` and `member add`, and restore nothing. Name them all with `--member`, or, where they are gone for good, say that the cluster changes with `--new-addresses`.';
  expect(() => refuse('m2=http://m2.example:2380=/data')).toThrow(message);
  expect(() => refuse('new=http://m2.example:2380=/data')).toThrow(message);
});

test('all of them are, with more or without, and so is a cluster that has none of them', () => {
  const all = [1, 2, 3].map((n) => `m${n}=http://m${n}.example:2380=/data/${n}`);
  expect(() => refuse(...all)).not.toThrow();
  expect(() => refuse(...all, 'm4=http://m4.example:2380')).not.toThrow();
  expect(() => refuse('copy=http://elsewhere.example:2380=/data')).not.toThrow();
});
