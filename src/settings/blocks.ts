import type { Block } from './schema.ts';

/** Whether a block has not yet ended at a time. */
export function isInForce({ untilMs }: Pick<Block, 'untilMs'>, nowMs: number): boolean {
  return untilMs === undefined || untilMs > nowMs;
}
