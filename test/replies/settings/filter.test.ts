import { describe, expect, it } from 'vitest';
import { filterPage, filterTestPage } from '../../../src/replies/settings/filter.ts';
import { en } from '../../../src/texts/en.ts';

const manyWords = Array.from({ length: 500 }, (_, index) => `word number ${index}`);

describe('the page of the filter', () => {
  it('says when it is empty', () => {
    const { embeds, files } = filterPage([], en);
    expect(embeds[0]).toMatchObject({ title: 'Filter (0)', description: 'The filter is empty (default).' });
    expect(files).toEqual([]);
  });

  it('hides each word, in the order of the alphabet', () => {
    expect(filterPage(['zebra', 'a*t'], en).embeds[0]).toMatchObject({
      title: 'Filter (2)',
      description: '||a\\*t||, ||zebra||',
    });
  });

  it('is a file that Discord hides when there are too many', () => {
    const { embeds, files } = filterPage(manyWords, en);
    expect(embeds[0]).toMatchObject({ title: 'Filter (500)', description: 'The full list is in the attached file.' });
    expect(files).toHaveLength(1);
    expect(files[0]?.name).toBe('SPOILER_filter.txt');
    expect(files[0]?.attachment.toString().trimEnd().split('\n').toSorted()).toEqual(manyWords.toSorted());
  });
});

describe('a test of the filter', () => {
  it.each([
    [[], [], '', 'The filter is empty (default).'],
    [[], ['duck'], '', 'The filter finds nothing in this text.'],
    [['pond', 'd*k'], ['duck', 'd*k', 'pond'], en.filterPage.refused, '||pond||, ||d\\*k||'],
  ])('that finds %j says so', (found, words, content, description) => {
    const page = filterTestPage(found, words, en);
    expect(page).toMatchObject({ content, embeds: [{ title: `Found in this text (${found.length})`, description }] });
    expect(page.files).toEqual([]);
  });

  it('names all words that it finds, in a file when there are too many', () => {
    const { files } = filterTestPage(manyWords, manyWords, en);
    expect(files[0]?.attachment.toString().trimEnd().split('\n')).toEqual(manyWords);
  });
});
