import { describe, expect, it } from 'vitest';
import { serverStylesPage, stylesPage } from '../../src/replies/styles-page.ts';
import { STYLE_LIMITS } from '../../src/styles/style.ts';
import { en } from '../../src/texts/en.ts';
import { embedProblems } from '../support/message-limits.ts';

const noir = {
  name: 'No_ir',
  prompt: 'film noir',
  negativePrompt: 'color',
  parameters: { size: '1344x768', steps: 40, guidanceScale: 8, scheduler: 'Euler a', samples: 2 },
};

describe('the styles of a server', () => {
  it('show all that each adds, by name', () => {
    const { embeds, files } = serverStylesPage([noir, { name: 'Large', parameters: { size: '1024x1024' } }], en);
    expect(embeds[0]).toMatchObject({
      title: "This server's styles (2)",
      description:
        '**Large**: 1024×1024\n**No\\_ir**: “film noir” · not “color” · 1344×768 · 40 steps · guidance 8 · Euler a · 2 samples',
    });
    expect(files).toEqual([]);
  });

  it('are in a file where a message has no room for them', () => {
    const styles = Array.from({ length: STYLE_LIMITS.stylesPerOwner }, (_, index) => ({
      ...noir,
      name: `style ${index}`,
      prompt: '*'.repeat(STYLE_LIMITS.promptLength),
    }));
    const { embeds, files } = serverStylesPage(styles, en);
    expect(embeds[0]?.description).toBe(en.lists.inFile);
    expect(files[0]?.attachment.toString().split('\n')[0]).toBe(
      `style 0: "${'*'.repeat(500)}" · not "color" · 1344×768 · 40 steps · guidance 8 · Euler a · 2 samples`,
    );
  });

  it('say how to add one where there is none', () => {
    expect(serverStylesPage([], en).embeds[0]?.description).toContain('/timeless-config style add');
  });
});

describe('the styles of a member', () => {
  const others = (owner: 'server' | 'bot', count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `${owner} ${'*'.repeat(40)}${index}`, owner }));

  it('show the names of the others that they can pick', () => {
    const pickable = [
      { name: 'No_ir', owner: 'member' as const },
      { name: 'House', owner: 'server' as const },
    ];
    const { embeds } = stylesPage([noir], pickable, en);
    expect(embeds[0]).toMatchObject({ title: 'Your styles (1)', footer: { text: en.styles.page.hint } });
    expect(embeds[0]?.fields).toEqual([{ name: "This server's styles", value: 'House' }]);
  });

  it('fit into a message, however many there are', () => {
    const { embeds } = stylesPage([], [...others('server', 25), ...others('bot', 25)], en);
    expect(embedProblems(embeds)).toEqual([]);
    expect(embeds[0]?.fields).toHaveLength(2);
  });
});
