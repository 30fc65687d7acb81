import type { Block } from './schema.ts';

/** Whether a block holds at a time: it ends by itself, or when somebody lifts it. */
export function isInForce({ untilMs }: Pick<Block, 'untilMs'>, nowMs: number): boolean {
  return untilMs === undefined || untilMs > nowMs;
}
