/** What a scenario file imports. */
export { catchUpBySnapshot } from './actions/catch-up-by-snapshot.ts';
export { syncDisks } from './actions/sync-disks.ts';
export { converges } from './assertions/converges.ts';
export { durable } from './assertions/durable.ts';
export { elects } from './assertions/elects.ts';
export { exercised } from './assertions/exercised.ts';
export { isolatedRefuses } from './assertions/isolated-refuses.ts';
export { oneLeaderPerTerm } from './assertions/one-leader-per-term.ts';
export { recoversWithin } from './assertions/recovers-within.ts';
export { serializableAnswers } from './assertions/serializable-answers.ts';
export { triggered } from './assertions/triggered.ts';
export type { Assertion } from './assertions/assertion.ts';
export type { Cluster } from './cluster/cluster.ts';
export type { Member } from './cluster/member.ts';
export type { ClusterSpecInput } from './cluster/spec.ts';
export { type DrillConfig, defineConfig } from './config.ts';
export { DrillError } from './errors.ts';
export type {
  Damage,
  Fault,
  FaultTarget,
  HealableFault,
  PreparedDamage,
  PreparedFault,
  Undo,
} from './faults/fault.ts';
export { byHand } from './faults/by-hand.ts';
export { FaultUnproved } from './faults/fault.ts';
export { type FlipPlace, bitFlip } from './faults/disk/bit-flip.ts';
export { diskStall } from './faults/disk/disk-stall.ts';
export { powerLoss } from './faults/disk/power-loss.ts';
<<<<<<< Updated upstream
export { type TruncateOptions, truncate } from './faults/disk/truncate.ts';
export { type Direction, bridge, majoritiesRing, twoSides } from './faults/network/cut-shapes.ts';
export { type FlappingOptions, flapping } from './faults/network/flapping.ts';
export {
  type CutOptions,
  type PartitionOptions,
  partition,
  partitionAlong,
} from './faults/network/partition.ts';
export { type ResetOptions, reset } from './faults/network/reset.ts';
=======
export { bandwidth } from './faults/network/bandwidth.ts';
export { corrupt } from './faults/network/corrupt.ts';
export { type DelayOptions, delay } from './faults/network/delay.ts';
export { duplicate } from './faults/network/duplicate.ts';
export { type LossOptions, loss } from './faults/network/loss.ts';
export { type ReorderOptions, reorder } from './faults/network/reorder.ts';
export { type RoundTrips, zones } from './faults/network/zones.ts';
export { type PartitionOptions, partition } from './faults/network/partition.ts';
>>>>>>> Stashed changes
export type { KeptLeases } from './load/kept-leases.ts';
export type { RecordedClient } from './load/recorded-client.ts';
export type { RecordedRun } from './journal/recorded-run.ts';
export { choice, duration, flag, integer } from './parameters.ts';
export { quorum } from './quorum.ts';
export { type Scenario, scenario } from './scenario.ts';
export type { Stage, StageWatch } from './runner/stage.ts';
export type { Verdict } from './verdict.ts';
