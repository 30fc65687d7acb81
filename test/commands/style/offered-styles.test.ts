import { describe, expect, it } from 'vitest';
import { listStyles, styleChoices } from '../../../src/commands/style/offered-styles.ts';
import { findByName } from '../../../src/styles/style.ts';
import { en } from '../../../src/texts/en.ts';

const style = (name: string, prompt?: string) => ({ name, ...(prompt ? { prompt } : {}), parameters: {} });
const offered = listStyles(
  { styles: [style('anime', 'my anime')] },
  { styles: [style('Anime', 'their anime'), style('Noir', 'film noir'), style('Large')] },
  en,
);

describe('the styles that a member can pick', () => {
  it.each([
    ['Anime', 'member', 'my anime'],
    ['NOIR', 'server', 'film noir'],
    ['Pixel Art', 'bot', expect.stringContaining('16-bit')],
  ])('of the name %s is that of the %s', (name, owner, prompt) => {
    expect(findByName(offered, name)).toMatchObject({ owner, style: { prompt } });
  });

  it('have each name once, the member’s own first', () => {
    expect(offered.map(({ name }) => name).slice(0, 4)).toEqual(['anime', 'Noir', 'Large', 'Photographic']);
    expect(offered).toHaveLength(14);
  });
});

describe('styleChoices', () => {
  it('says whose they are and what they look like, and gives back the name', () => {
    expect(styleChoices(offered, '', en).slice(0, 4)).toEqual([
      { name: 'anime (yours): my anime', value: 'anime' },
      { name: 'Noir (this server): film noir', value: 'Noir' },
      { name: 'Large (this server)', value: 'Large' },
      { name: 'Photographic: natural light, sharp, like a photo', value: 'Photographic' },
    ]);
    expect(styleChoices(offered, 'PIXEL', en).map(({ value }) => value)).toEqual(['Pixel art']);
  });

  it('stays within what Discord takes', () => {
    const styles = Array.from({ length: 25 }, (_, index) => style(`${'n'.repeat(48)}${index}`, 'p'.repeat(500)));
    const choices = styleChoices(listStyles({ styles }, { styles }, en), '', en);
    expect(choices).toHaveLength(25);
    for (const { name, value } of choices) {
      expect(name.length).toBeLessThanOrEqual(100);
      expect(value.length).toBeLessThanOrEqual(100);
    }
  });
});
