import type { ChatInputCommandInteraction } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { SettingProblem } from '../../../src/commands/config/subcommand.ts';
import { addStyle, readStyle, removeStyle } from '../../../src/commands/style/saved-styles.ts';
import { compileFilter } from '../../../src/settings/filter.ts';
import { STYLE_LIMITS } from '../../../src/styles/style.ts';
import { en } from '../../../src/texts/en.ts';

type Values = Record<string, string | number>;

/** A command with these options. */
function commandWith(values: Values) {
  const get = (name: string) => values[name] ?? null;
  const options = { getString: get, getInteger: get, getNumber: get };
  // Safe cast: reading a style uses nothing else of a command.
  return { options } as unknown as ChatInputCommandInteraction;
}

const read = (values: Values, words: readonly string[] = []) => readStyle(commandWith(values), compileFilter(words));

/** What is wrong, in English. */
function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof SettingProblem) return error.describe(en);
    throw error;
  }
  return 'nothing';
}

const style = (name: string) => ({ name, parameters: {} });
const full = Array.from({ length: STYLE_LIMITS.stylesPerOwner }, (_, index) => style(`style ${index}`));

describe('readStyle', () => {
  it('takes what was given, on one line each', () => {
    expect(read({ name: ' Film\nnoir ', prompt: 'dark\nalley', size: '1344x768', steps: 40 })).toEqual({
      name: 'Film noir',
      prompt: 'dark alley',
      parameters: { size: '1344x768', steps: 40 },
    });
    expect(read({ name: 'Noir', negative_prompt: 'color' })).toEqual({
      name: 'Noir',
      negativePrompt: 'color',
      parameters: {},
    });
  });

  it.each<[Values, string]>([
    [{ name: ' \u200b ', prompt: 'dark' }, '`name` needs 1 to 50 visible characters.'],
    [{ name: 'n'.repeat(51), prompt: 'dark' }, '`name` needs 1 to 50 visible characters.'],
    [{ name: 'Noir', prompt: 'p'.repeat(501) }, '`prompt` needs 1 to 500 visible characters.'],
    [{ name: 'Noir' }, en.styles.empty],
    [{ name: 'Noir', prompt: ' ' }, en.styles.empty],
    [{ name: 'Noir', steps: 19 }, '`steps` must be from 20 to 100.'],
    [{ name: 'Noir', size: 'large' }, '`size` must be one of 1024x1024'],
    [{ name: 'Gore', steps: 30 }, en.styles.filtered],
    [{ name: 'Noir', prompt: 'g0re' }, en.styles.filtered],
    [{ name: 'Noir', negative_prompt: 'gore' }, en.styles.filtered],
  ])('refuses %j', (values, problem) => {
    expect(problemOf(() => read(values, ['gore']))).toContain(problem);
  });

  it('knows no filter in direct messages', () => {
    expect(readStyle(commandWith({ name: 'Gore', steps: 30 }))).toMatchObject({ name: 'Gore' });
  });
});

describe('addStyle', () => {
  it('takes the place of one with the same name, also when there is room for no other', () => {
    const replaced = addStyle(full, { name: 'STYLE 3', prompt: 'new', parameters: {} });
    expect(replaced).toHaveLength(full.length);
    expect(replaced.filter(({ name }) => name.toLowerCase() === 'style 3')).toEqual([
      { name: 'STYLE 3', prompt: 'new', parameters: {} },
    ]);
    expect(problemOf(() => addStyle(full, style('one more')))).toBe(
      "You can't save more than 25 styles here. Delete one first.",
    );
  });
});

describe('removeStyle', () => {
  it('finds it by its name in any case, and says so when there is none', () => {
    expect(removeStyle([style('Noir'), style('Large')], 'noir', '/list')).toEqual([style('Large')]);
    expect(problemOf(() => removeStyle([], 'a*b', '/list'))).toBe(
      'There is no saved style “a\\*b”. See all with `/list`.',
    );
  });
});
