import { describe, expect, it } from 'vitest';
import { limits as limitsCommand } from '../../src/commands/config/limits.ts';
import { policyRefusalText } from '../../src/replies/policy-refusal.ts';
import { describeChanges } from '../../src/replies/settings/changes.ts';
import { limitsPage } from '../../src/replies/settings/limits.ts';
import { findChanges } from '../../src/settings/changes.ts';
import { LIMIT_NAMES, LIMITS, REQUEST_LIMIT_NAMES, requestLimit } from '../../src/settings/limits.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { en } from '../../src/texts/en.ts';
import { decideFor, parseSettings } from '../support/settings-fixtures.ts';

const everyone = (name: string, value: number) => ({ limits: { everyone: { [name]: value } } });

describe.each(LIMIT_NAMES)('the limit %s', (name) => {
  const { option, max, smallest } = LIMITS[name];
  const { label, description } = en.limits[name];

  it('is an option of the command', () => {
    expect(limitsCommand.data.options).toContainEqual(expect.objectContaining({ name: option, description }));
  });

  it.each([
    [-1, true],
    [0, true],
    [max, true],
    [max + 1, false],
    [-2, false],
  ])('accepts %d: %s', (value, isTaken) => {
    expect(settingsSchema.safeParse(everyone(name, value)).success).toBe(isTaken);
  });

  it('has a line on the settings page, and one for a change', () => {
    const after = parseSettings(everyone(name, max));
    const [page] = limitsPage(after, en);
    expect(page?.description).toContain(`${label}: **`);
    const changes = findChanges(parseSettings({}), after);
    expect(describeChanges(changes, { isAdministrator: true }, en, 1_000)).toContain(`${label} for everyone: `);
  });

  it('lets the smallest request through', () => {
    const request = { samples: 1, steps: 20, width: 512, height: 512 };
    expect(decideFor({ settings: everyone(name, smallest), request })).toMatchObject({ allowed: true });
  });
});

describe.each(REQUEST_LIMIT_NAMES)('the limit %s on one request', (name) => {
  it('refuses what is above it, in its own unit', () => {
    const { smallest } = requestLimit(name);
    const decision = decideFor({
      settings: everyone(name, smallest),
      request: { samples: 4, steps: 100, width: 2048, height: 2048 },
    });
    if (decision.allowed) throw new Error('The request was allowed.');
    expect(decision.reason).toMatchObject({ name: 'above_limit', limit: name, allowed: smallest });
    const text = policyRefusalText(decision.reason, { texts: en, isDirectMessage: false, channelIds: [] });
    expect(text).toContain(`The limit for everyone here is ${en.limited[name](smallest)}, and this request has `);
  });
});
