import type { Verdict } from '../verdict.ts';
import type { Facts } from './facts.ts';
import { judgeAlarms, judgeKeysStay, judgeMembersAgree, judgeWrites } from './verdicts/cluster.ts';
import { judgeKeyspace } from './verdicts/keyspace.ts';
import { judgeLive } from './verdicts/live.ts';
import { judgeManifest } from './verdicts/manifest.ts';
import { judgeNextMinor } from './verdicts/next-minor.ts';
import { judgeQuota } from './verdicts/quota.ts';
import { judgeRestores } from './verdicts/restores.ts';
import { verdictOf } from './verdicts/verdict-of.ts';

/** Judges what a rehearsal found out; pure. No value of the keyspace is in it unless asked for. */
export function judgeRehearsal(
  facts: Facts,
  { showValues }: { readonly showValues: boolean },
): Verdict[] {
  return [
    verdictOf('file', 'The file is whole', {
      status: 'held',
      summary: `its bytes have the SHA-256 that etcd appended, ${facts.snapshot.sha256}, and all its pages and revisions are in order`,
      counts: { revisions: facts.snapshot.revisions, tombstones: facts.snapshot.tombstones },
    }),
    verdictOf('manifest', 'The file is the one that its manifest is about', judgeManifest(facts)),
    verdictOf('restores', 'A new cluster starts from it', judgeRestores(facts)),
    verdictOf(
      'keyspace',
      'Every key is served as the file has it',
      judgeKeyspace(facts, showValues),
    ),
    verdictOf('members-agree', 'All members have the same content', judgeMembersAgree(facts)),
    verdictOf('writes', 'It takes writes', judgeWrites(facts)),
    verdictOf('keys-stay', 'The keys stay', judgeKeysStay(facts)),
    verdictOf('alarms', 'It comes back without an alarm', judgeAlarms(facts)),
    verdictOf('quota', 'It fits its quota', judgeQuota(facts)),
    verdictOf('next-minor', 'The next minor version of etcd takes it', judgeNextMinor(facts)),
    verdictOf('live', 'The live cluster had as many keys', judgeLive(facts)),
  ];
}
