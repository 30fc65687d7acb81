import { describe, expect, it } from 'vitest';
import { filterPage, filterTestText } from '../../../src/replies/settings/filter.ts';
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
    [undefined, [], 'The filter is empty (default).'],
    [undefined, ['duck'], 'The filter finds nothing in this text.'],
    ['duck', ['duck'], 'Found: ||duck||. The bot refuses prompts and negative prompts that contain it.'],
  ])('that finds %s in %j says so', (found, words, says) => {
    expect(filterTestText(found, words, en)).toBe(says);
  });
});
