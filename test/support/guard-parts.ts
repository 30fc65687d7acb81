import type { createConnection } from '../../src/events/connection.ts';
import { createLog } from '../../src/log.ts';

type GuardParts = Parameters<typeof createConnection>[1];

/** What a guard of REST clients needs, and tells nobody anything. */
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
