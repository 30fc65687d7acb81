import type { createConnection } from '../../src/events/connection.ts';
import { createLog } from '../../src/log.ts';

type GuardParts = Parameters<typeof createConnection>[1];

/** The parts of a REST guard, which do nothing. */
export function guardParts(parts: Partial<GuardParts> = {}): GuardParts {
  return {
    beforeRequest: async () => {},
    onAnswer: () => {},
    onBlock: () => {},
    onFatal: () => {},
    log: createLog({ level: 'silent', logPrompts: false }),
    ...parts,
  };
}
