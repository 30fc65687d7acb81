import { expect, it } from 'vitest';
import { checkNode } from '../../src/doctor/node.ts';

it.each([
  ['20.18.3', 'problem'],
  ['20.19.0', 'ok'],
  ['21.7.0', 'problem'],
  ['22.11.0', 'problem'],
  ['22.12.0', 'ok'],
  ['23.11.0', 'problem'],
  ['24.0.0', 'ok'],
  ['26.1.0', 'ok'],
])('Node %s is %s', async (version, level) => {
  expect(await checkNode(version)).toMatchObject({ level });
});
