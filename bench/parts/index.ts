import type { Part } from '../part.ts';
import { acknowledge } from './acknowledge.ts';
import { budget } from './budget.ts';
import { edits } from './edits.ts';
import { filter } from './filter.ts';
import { growth } from './growth.ts';
import { lag } from './lag.ts';
import { memory } from './memory.ts';
import { start } from './start.ts';
import { throughput } from './throughput.ts';

/** In the order in which they run. */
export const PARTS: readonly Part[] = [acknowledge, lag, throughput, budget, edits, memory, start, growth, filter];
