import { describe, expect, it } from 'vitest';
import { filterPage, filterTestText } from '../../../src/replies/settings/filter.ts';

const manyWords = Array.from({ length: 500 }, (_, index) => `word number ${index}`);

describe('the page of the filter', () => {
  it('says when it is empty', () => {
    const { embeds, files } = filterPage([]);
    expect(embeds[0]).toMatchObject({ title: 'Filter (0)', description: 'No word is refused (default).' });
    expect(files).toEqual([]);
  });

  it('hides each word, in the order of the alphabet', () => {
    expect(filterPage(['zebra', 'a*t']).embeds[0]).toMatchObject({
      title: 'Filter (2)',
      description: '||a\\*t||, ||zebra||',
    });
  });

  it('is a file that Discord hides when there are too many', () => {
    const { embeds, files } = filterPage(manyWords);
    expect(embeds[0]).toMatchObject({ title: 'Filter (500)', description: 'All of them are in the file.' });
    expect(files).toHaveLength(1);
    expect(files[0]?.name).toBe('SPOILER_filter.txt');
    expect(files[0]?.attachment.toString().trimEnd().split('\n').toSorted()).toEqual(manyWords.toSorted());
  });
});

describe('a test of the filter', () => {
  it.each([
    [undefined, [], 'The filter is empty.'],
    [undefined, ['duck'], 'Nothing of the filter is in this text.'],
    ['duck', ['duck'], 'Found: ||duck||. A prompt or negative prompt with it is refused.'],
  ])('that finds %s in %j says so', (found, words, says) => {
    expect(filterTestText(found, words)).toBe(says);
  });
});
