import { expect, it } from 'vitest';
import { forDirectMessages, jobButtons } from '../../src/replies/job-buttons.ts';
import { message } from '../../src/replies/message.ts';
import { textsIn } from '../../src/texts/index.ts';
import { makeJob } from '../support/job-fixtures.ts';

const job = makeJob();
const { newSeed, reroll, edit, details, fetch, share, delete: remove } = jobButtons(textsIn('en'));
const rowsOf = (buttons: Parameters<typeof message>[1]['buttons']) =>
  forDirectMessages(message(job.id, { buttons }).components, job).map((row) =>
    row.components.map((its) => ('custom_id' in its ? its.custom_id.split(':')[0] : undefined)),
  );

it('adds Delete once, in a row of its own where the row is full', () => {
  expect(rowsOf([newSeed, reroll])).toEqual([['new-seed', 'reroll', 'delete']]);
  expect(rowsOf([newSeed, remove])).toEqual([['new-seed', 'delete']]);
  // Nobody is there to share it with.
  expect(rowsOf([newSeed, reroll, edit, details, share])).toEqual([
    ['new-seed', 'reroll', 'edit', 'details', 'delete'],
  ]);
  expect(rowsOf([])).toEqual([['delete']]);
  expect(rowsOf([newSeed, reroll, edit, details, fetch])).toEqual([
    ['new-seed', 'reroll', 'edit', 'details', 'fetch-image'],
    ['delete'],
  ]);
});
