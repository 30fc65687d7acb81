import type { APIApplicationCommandOption } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { timelessConfig } from '../../../src/commands/config/index.ts';

const { data } = timelessConfig;

/** What Discord counts: names, descriptions and the values of choices, at whatever depth. */
function lengthOf(option: {
  name: string;
  description: string;
  options?: readonly APIApplicationCommandOption[];
}): number {
  const choices = 'choices' in option ? (option.choices as readonly { name: string; value: string | number }[]) : [];
  const inner = (option.options ?? []).map(lengthOf);
  const own = choices.map(({ name, value }) => name.length + String(value).length);
  return [...inner, ...own].reduce((sum, length) => sum + length, option.name.length + option.description.length);
}

describe('/timeless-config', () => {
  it('leaves room for other languages: Discord takes 8000 characters in each', () => {
    expect(lengthOf(data)).toBeLessThan(4_000);
  });

  it('is for moderators, in servers', () => {
    expect(timelessConfig.forModerators).toBe(true);
    expect(data).toMatchObject({
      contexts: [0],
      integration_types: [0],
      default_member_permissions: String(1n << 40n),
    });
  });

  it('has every part once', () => {
    const names = data.options.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeLessThanOrEqual(25);
  });
});
