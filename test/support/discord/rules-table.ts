import { expect, it } from 'vitest';
import { type BodyContext, type BodyKind, checkBody } from '../../../sandbox/discord/rules/index.ts';

export interface Rule {
  rule: string;
  kind?: BodyKind;
  accepted: unknown;
  refused: unknown;
  /** The text of the only problem. */
  problem: RegExp;
  context?: BodyContext;
  /** Default: the same as for the accepted body. */
  refusedContext?: BodyContext;
}

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export const textOf = (length: number): string => 'x'.repeat(length);

/** One test for each rule: the accepted body has no problem, the refused one only the rule's. */
export function testRules(rules: readonly Rule[], defaultKind: BodyKind): void {
  it.each(rules)('holds: $rule', ({ kind = defaultKind, accepted, refused, problem, context, refusedContext }) => {
    expect(checkBody(kind, accepted, context)).toEqual([]);
    expect(checkBody(kind, refused, refusedContext ?? context)).toEqual([expect.stringMatching(problem)]);
  });
}
