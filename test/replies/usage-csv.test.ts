import { expect, it } from 'vitest';
import { usageCsv } from '../../src/replies/usage-csv.ts';

it('has a header and a line for each row, each ended as RFC 4180 says', () => {
  const rows = [
    { day: '2026-11-01', memberId: '100000000000000001', images: 3, costUsd: 0.0309 },
    { day: '2026-11-22', memberId: '1234567890123456789', images: 100_000, costUsd: 1_030.5 },
  ];
  expect(usageCsv(rows)).toBe(
    'day,member_id,images,cost_usd\r\n' +
      '2026-11-01,100000000000000001,3,0.030900\r\n' +
      '2026-11-22,1234567890123456789,100000,1030.500000\r\n',
  );
});

it('is only the header when nothing was used', () => {
  expect(usageCsv([])).toBe('day,member_id,images,cost_usd\r\n');
});

it.each([
  [0, '0.000000'],
  [0.1 + 0.2, '0.300000'],
  [1e-9, '0.000000'],
  [123_456_789.123_456_7, '123456789.123457'],
])('writes US$ %d as %s', (costUsd, text) => {
  const [, line] = usageCsv([{ day: '2026-11-01', memberId: '1', images: 1, costUsd }]).split('\r\n');
  expect(line).toBe(`2026-11-01,1,1,${text}`);
});
