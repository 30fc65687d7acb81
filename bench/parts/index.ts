import type { Part } from '../part.ts';
import { acknowledge } from './acknowledge.ts';
import { filter } from './filter.ts';
import { lag } from './lag.ts';

/** In the order in which they run. */
export const PARTS: readonly Part[] = [acknowledge, filter, lag];
