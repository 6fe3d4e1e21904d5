/** What a scenario file imports. */
export { addLearner } from './actions/add-learner.ts';
export { type BackedUp, backUp, backUpHealthy } from './actions/back-up.ts';
export { catchUpBySnapshot } from './actions/catch-up-by-snapshot.ts';
export { fallBehind } from './actions/fall-behind.ts';
export { forceNewCluster } from './actions/force-new-cluster.ts';
export { handOver } from './actions/hand-over.ts';
export { injectAll } from './actions/inject-all.ts';
export { measureRoundTrips } from './actions/measure-round-trips.ts';
export { rebuildMember } from './actions/rebuild-member.ts';
export { restoreAlone } from './actions/restore-alone.ts';
export { restoreBackup } from './actions/restore-backup.ts';
export { type Restore, restoreMembers } from './actions/restore-members.ts';
export { saveBackup } from './actions/save-backup.ts';
export { firstWrite, fullHealth } from './actions/serve-again.ts';
export { syncDisks } from './actions/sync-disks.ts';
export { takeUpOldWatch } from './actions/take-up-old-watch.ts';
export { writeKeys } from './actions/write-keys.ts';
export { backupsComplete } from './assertions/backups-complete.ts';
export { converges } from './assertions/converges.ts';
export { corruptionFound } from './assertions/corruption-found.ts';
export { defragmentsAlone } from './assertions/defragments-alone.ts';
export { durable } from './assertions/durable.ts';
export { elects } from './assertions/elects.ts';
export { exercised } from './assertions/exercised.ts';
export { fsyncSpared } from './assertions/fsync-spared.ts';
export { fsyncWithin } from './assertions/fsync-within.ts';
export { fullServiceWithin } from './assertions/full-service-within.ts';
export { isolatedRefuses } from './assertions/isolated-refuses.ts';
export { noSpace } from './assertions/no-space.ts';
export { keepsQuorum } from './assertions/keeps-quorum.ts';
export { membersSurvive } from './assertions/members-survive.ts';
export { oldWatches } from './assertions/old-watches.ts';
export { oneLeaderPerTerm } from './assertions/one-leader-per-term.ts';
export { othersSpared } from './assertions/others-spared.ts';
export { recoversWithin } from './assertions/recovers-within.ts';
export { serializableAnswers } from './assertions/serializable-answers.ts';
export { sizeWithin } from './assertions/size-within.ts';
export { spaceReclaimed } from './assertions/space-reclaimed.ts';
export { stableLeader } from './assertions/stable-leader.ts';
export { survivorKeepsMore } from './assertions/survivor-keeps-more.ts';
export { timeoutsFit } from './assertions/timeouts-fit.ts';
export { triggered } from './assertions/triggered.ts';
export { writeGapWithin } from './assertions/write-gap-within.ts';
export type { Assertion } from './assertions/assertion.ts';
export type { Cluster } from './cluster/cluster.ts';
export type { Member } from './cluster/member.ts';
export { resolveTargets } from './cluster/targets.ts';
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
export { dataLoss } from './faults/disk/data-loss.ts';
export { diskErrors } from './faults/disk/disk-errors.ts';
export { type DiskFullOptions, diskFull } from './faults/disk/disk-full.ts';
export { type DiskLatencyOptions, diskLatency } from './faults/disk/disk-latency.ts';
export { type DiskNoisyOptions, diskNoisy } from './faults/disk/disk-noisy.ts';
export { diskReadOnly } from './faults/disk/disk-read-only.ts';
export { diskStall } from './faults/disk/disk-stall.ts';
export { type DiskThrottleOptions, diskThrottle } from './faults/disk/disk-throttle.ts';
export { powerLoss } from './faults/disk/power-loss.ts';
export { type TruncateOptions, truncate } from './faults/disk/truncate.ts';
export { bandwidth } from './faults/network/bandwidth.ts';
export { corrupt } from './faults/network/corrupt.ts';
export { type DelayOptions, delay } from './faults/network/delay.ts';
export { duplicate } from './faults/network/duplicate.ts';
export { type LossOptions, loss } from './faults/network/loss.ts';
export { type ReorderOptions, reorder } from './faults/network/reorder.ts';
export { type RoundTrips, zones } from './faults/network/zones.ts';
export {
  type CutShape,
  type Direction,
  bridge,
  majoritiesRing,
  twoSides,
} from './faults/network/cut-shapes.ts';
export { type FlappingOptions, flapping } from './faults/network/flapping.ts';
export {
  type CutOptions,
  type PartitionOptions,
  partition,
  partitionAlong,
} from './faults/network/partition.ts';
export { type ResetOptions, reset } from './faults/network/reset.ts';
export { crashLoop } from './faults/process/crash-loop.ts';
export { type KillOptions, kill } from './faults/process/kill.ts';
export { type PauseOptions, pause } from './faults/process/pause.ts';
export { slowStart } from './faults/process/slow-start.ts';
export { stop } from './faults/process/stop.ts';
export { wrongFlag } from './faults/process/wrong-flag.ts';
export { type CpuBurnOptions, cpuBurn } from './faults/resources/cpu-burn.ts';
export { type CpuQuotaOptions, cpuQuota } from './faults/resources/cpu-quota.ts';
export {
  type FileDescriptorsOptions,
  fileDescriptors,
} from './faults/resources/file-descriptors.ts';
export { memoryLimit } from './faults/resources/memory-limit.ts';
export { type ClockSkewOptions, clockSkew } from './faults/time/clock-skew.ts';
export type { KeptLeases } from './load/kept-leases.ts';
export type { RecordedClient } from './load/recorded-client.ts';
export type { RecordedRun } from './journal/recorded-run.ts';
export { choice, duration, flag, integer, version } from './parameters.ts';
export { quorum } from './quorum.ts';
export { type Scenario, scenario } from './scenario.ts';
export type { Phase, Stage, StageWatch } from './runner/stage.ts';
export type { Verdict } from './verdict.ts';
