import { faultKinds } from '../src/faults/registry.ts';
import { knownRefusals } from '../test/table/refusals.ts';

/** The leased faults, by name: those that a kind of host can do, and those it is known to refuse. */
export function leasedOn(host: string): { readonly done: string[]; readonly refused: string[] } {
  const refusals = knownRefusals(host);
  const leased = faultKinds.filter(({ undo }) => undo === 'leased').map(({ name }) => name);
  return {
    done: leased.filter((name) => !(name in refusals)),
    refused: leased.filter((name) => name in refusals),
  };
}
