import { createLog } from '../../src/log.ts';

export const SILENT = createLog({ level: 'silent', logPrompts: false });
