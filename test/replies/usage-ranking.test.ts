import { expect, it } from 'vitest';
import { rankMembers } from '../../src/replies/usage-ranking.ts';

const row = (memberId: string, images: number, costUsd = 0, day = '2026-11-01') => ({ day, memberId, images, costUsd });

it('adds up the days of each member', () => {
  const rows = [row('1', 2, 0.5), row('2', 1, 0.25), row('1', 3, 0.25, '2026-11-02')];
  expect(rankMembers(rows)).toEqual([
    { memberId: '1', images: 5, costUsd: 0.75 },
    { memberId: '2', images: 1, costUsd: 0.25 },
  ]);
});

it('puts the most images first, then the highest cost, then the smaller id, in whatever order the rows come', () => {
  const rows = [row('4', 1), row('3', 1), row('2', 1, 0.5), row('1', 7)];
  const order = ['1', '2', '3', '4'];
  expect(rankMembers(rows).map(({ memberId }) => memberId)).toEqual(order);
  expect(rankMembers(rows.toReversed()).map(({ memberId }) => memberId)).toEqual(order);
});

it('leaves out members who got everything back', () => {
  expect(rankMembers([row('1', 0), row('2', 0, 0.01)]).map(({ memberId }) => memberId)).toEqual(['2']);
});
