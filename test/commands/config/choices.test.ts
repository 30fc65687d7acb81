import { describe, expect, it } from 'vitest';
import { choicesFrom } from '../../../src/commands/config/choices.ts';

const named = (name: string, value = name) => ({ name, value });

describe('choicesFrom', () => {
  it('offers the first 25 while nothing is typed', () => {
    const list = Array.from({ length: 40 }, (_, index) => named(`word ${index}`));
    expect(choicesFrom(list, ' ')).toEqual(list.slice(0, 25));
  });

  it.each([
    ['ART', ['#art', '#Party']],
    ['300000000000000002', ['#general']],
    ['nothing', []],
  ])('finds by name and by value, whatever the case: %s', (typed, names) => {
    const list = [
      named('#art', '300000000000000001'),
      named('#general', '300000000000000002'),
      named('#Party', '300000000000000003'),
    ];
    expect(choicesFrom(list, typed).map(({ name }) => name)).toEqual(names);
  });

  it('shows of a name what Discord takes, and the value of what has none', () => {
    const [long, blank, lines] = choicesFrom([named('x'.repeat(150)), named('\u200b', '1'), named('a\nb')], '');
    expect(long?.name).toHaveLength(100);
    expect(blank).toEqual({ name: '1', value: '1' });
    expect(lines).toEqual({ name: 'a b', value: 'a\nb' });
  });
});
