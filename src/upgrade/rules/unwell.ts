import type { MemberFacts, Refusal, Rule } from '../facts.ts';

/** Of the quota; a member that reaches it while the cluster is changed stops every write. */
const fullFrom = 0.9;

/** An upgrade takes every member down once: each must be well, so that the others can spare it. */
export const unwell: Rule = ({ members }) => members.flatMap(complaintsOf);

function complaintsOf(member: MemberFacts): Refusal[] {
  const { name, alarms, isLearner, dbSizeBytes, quotaBytes } = member;
  const found: Omit<Refusal, 'rule'>[] = [];
  if (member.unwell !== undefined)
    found.push({
      why: `${name} is not healthy (${member.unwell})`,
      first: `Bring ${name} back: while another member restarts, the quorum may need it.`,
    });
  for (const alarm of alarms)
    found.push({
      why: `${name} has the alarm ${alarm}`,
      first: 'Cure what raised it, and disarm it.',
    });
  if (isLearner)
    found.push({ why: `${name} is a learner`, first: `Promote ${name}, or remove it.` });
  if (quotaBytes !== undefined && dbSizeBytes >= fullFrom * quotaBytes)
    found.push({
      why: `the database of ${name} fills ${Math.round((100 * dbSizeBytes) / quotaBytes)}% of its quota`,
      first: 'Compact, and defragment each member.',
    });
  return found.map((each) => ({ rule: 'unwell', ...each }));
}
