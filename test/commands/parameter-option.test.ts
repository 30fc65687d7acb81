import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/commands/config/defaults.ts';
import { timeless } from '../../src/commands/timeless.ts';
import { settingsPage } from '../../src/replies/settings/page.ts';
import { PARAMETER_LIST, parametersSchema, SAMPLING_LIST, toSegmindBody } from '../../src/segmind/parameters.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { en } from '../../src/texts/en.ts';
import { textsIn } from '../../src/texts/index.ts';

const { parameters } = textsIn('en');

describe.each(PARAMETER_LIST)('the parameter $name', ({ name, option, segmindKey }) => {
  it('is an option of /timeless', () => {
    const its = timeless.data.options.filter((one) => one.name === option);
    expect(its).toHaveLength(1);
    expect(its[0]?.description.startsWith(parameters[name].description)).toBe(true);
  });

  it('is in the body of a request, under the name of the API', () => {
    const request = parametersSchema.parse({ prompt: 'a rose', negativePrompt: 'thorns' });
    expect(toSegmindBody(request, { base64: false })).toHaveProperty(segmindKey, request[name]);
  });
});

describe.each(SAMPLING_LIST)('the default of $name', (parameter) => {
  const { name, option } = parameter;
  const { label } = parameters[name];

  it('is an option of /timeless-config defaults', () => {
    expect(defaults.data.options).toContainEqual(expect.objectContaining({ name: option, description: label }));
  });

  it('is a setting with a line on the page', () => {
    const value = parameter.kind === 'choice' ? 'Euler' : parameter.max;
    const settings = settingsSchema.parse({ defaults: { [name]: value } });
    const fields = settingsPage(settings, { isAdministrator: false, missingPermissions: [], nowMs: 0 }, en);
    const page = fields.flatMap((embed) => embed.fields ?? []).find((field) => field.name === 'Defaults');
    expect(page?.value).toContain(`${label}: **${value}**`);
  });
});
