import type { Part } from '../part.ts';
import { acknowledge } from './acknowledge.ts';
import { filter } from './filter.ts';
import { memory } from './memory.ts';
import { start } from './start.ts';

/** In the order in which they run. */
export const PARTS: readonly Part[] = [acknowledge, memory, start, filter];
