import { formatDuration } from '../../duration.ts';
import type { JournalEvent } from '../../journal/events.ts';

/** What a person who injects a fault by hand is told of an event. */
export function faultLines(event: JournalEvent): string[] {
  switch (event.type) {
    case 'fault.injecting':
      return [`${event.fault}: ${event.title}`];
    case 'fault.injected':
      return [`  injected after ${formatDuration(event.t)}`];
    case 'fault.proved':
      return ['  proved:', ...event.evidence.map(indented)];
    case 'fault.unproved':
      return [`  did not bite: ${event.reason}`];
    case 'fault.healing':
      return ['  healing'];
    case 'fault.lease-expired':
      return ['  it was off already: its lease or its time had run out'];
    case 'fault.healed':
      return ['  healed:', ...event.evidence.map(indented)];
    case 'fault.left':
      return ['  nothing takes it back'];
    case 'fault.heal-failed':
      return [
        `  could not be healed: ${event.reason}`,
        '  by hand:',
        ...event.commands.map(indented),
      ];
    case 'warning':
      return [`  warning: ${event.message}`];
    default:
      return [];
  }
}

const indented = (line: string): string => `    ${line}`;
