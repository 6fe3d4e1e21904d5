import type { PlacedOperation } from '../model/neighbours.ts';
import type { Proof } from '../model/proof.ts';

/** Where an operation is drawn: every operation has a row of its own, so that no labels collide. */
export interface IntervalRow {
  readonly placed: PlacedOperation;
  readonly isProof: boolean;
  /** The middle of its bar. */
  readonly yPx: number;
  readonly barPx: number;
}

/** One client's operations: it does one after the other. */
export interface IntervalLane {
  readonly client: number;
  readonly member: string;
  readonly topPx: number;
  readonly heightPx: number;
  readonly isProof: boolean;
  readonly rows: readonly IntervalRow[];
}

const proving = { rowPx: 46, barPx: 14, labelPx: 24 };
const beside = { rowPx: 30, barPx: 5, labelPx: 18 };
const lanePaddingPx = 5;

/** Lanes from the top: first those of the proof, each group in order of its first invocation. */
export function intervalLanes({ operations, neighbours }: Proof): IntervalLane[] {
  const all = [
    ...operations.map((placed) => ({ placed, isProof: true })),
    ...neighbours.shown.map((placed) => ({ placed, isProof: false })),
  ];
  const lanes: IntervalLane[] = [];
  let topPx = 0;
  // A client that goes on at another member gets another lane: the label names both.
  const groups = Map.groupBy(
    all,
    ({ placed }) => `${placed.operation.client} ${placed.operation.member}`,
  );
  for (const members of groups.values()) {
    const lane = laneOf(members, topPx);
    lanes.push(lane);
    topPx += lane.heightPx;
  }
  return lanes;
}

type Unplaced = Pick<IntervalRow, 'placed' | 'isProof'>;

function laneOf(operations: readonly Unplaced[], topPx: number): IntervalLane {
  const ordered = operations.toSorted(
    (a, b) => a.placed.operation.invokedMs - b.placed.operation.invokedMs,
  );
  let heightPx = lanePaddingPx;
  const rows = ordered.map(({ placed, isProof }): IntervalRow => {
    const { rowPx, barPx, labelPx } = isProof ? proving : beside;
    const yPx = topPx + heightPx + labelPx + barPx / 2;
    heightPx += rowPx;
    return { placed, isProof, yPx, barPx };
  });
  const [first] = ordered;
  return {
    client: first?.placed.operation.client ?? -1,
    member: first?.placed.operation.member ?? '',
    topPx,
    heightPx: heightPx + lanePaddingPx,
    isProof: operations.some(({ isProof }) => isProof),
    rows,
  };
}
