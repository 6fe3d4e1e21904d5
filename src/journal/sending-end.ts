import type { JournalEventOf } from './events.ts';

/** Until when the clients of a load sent; until its end they only awaited what was under way. */
export const sendingEndMs = ({ t, sentUntilMs }: JournalEventOf<'load.ended'>): number =>
  sentUntilMs ?? t;
