import type { Component } from './shapes.ts';

const TYPE = { actionRow: 1, button: 2, textDisplay: 10, checkboxGroup: 22 } as const;
const STYLE = { link: 5, premium: 6 } as const;
const MAX_ROWS = 5;
const MAX_COMPONENTS = 40;
const MAX_TEXT = 4_000;

export interface Placed {
  path: string;
  component: Component;
}

/** Lists components and all nested components, outer ones first, each with its path. */
export function flatten(components: readonly Component[], path = 'components'): Placed[] {
  return components.flatMap((component, index) => flattenOne(component, `${path}[${index}]`));
}

function flattenOne(component: Component, path: string): Placed[] {
  return [
    { path, component },
    ...flatten(component.components ?? [], `${path}.components`),
    ...(component.accessory ? flattenOne(component.accessory, `${path}.accessory`) : []),
    ...(component.component ? flattenOne(component.component, `${path}.component`) : []),
  ];
}

function checkUnique(placed: readonly Placed[], key: 'custom_id' | 'id'): string[] {
  const seen = new Set<string | number>();
  return placed.flatMap(({ path, component }) => {
    const value = component[key];
    // 0 means "no id": Discord then assigns one.
    if (value === null || value === undefined || value === 0) return [];
    if (seen.has(value)) return [`${path}.${key}: ${value} is used twice`];
    seen.add(value);
    return [];
  });
}

function checkButton({ path, component }: Placed): string[] {
  const { style, custom_id, url, sku_id, label, emoji } = component;
  const needs = (key: string) => `${path}.${key}: this button style needs it`;
  const excludes = (key: string) => `${path}.${key}: this button style excludes it`;
  const problems: string[] = [];
  const key = style === STYLE.link ? 'url' : style === STYLE.premium ? 'sku_id' : 'custom_id';
  for (const [name, value] of Object.entries({ custom_id, url, sku_id })) {
    if (name === key && !value) problems.push(needs(name));
    if (name !== key && value) problems.push(excludes(name));
  }
  if (style === STYLE.premium && (label || emoji)) problems.push(excludes('label'));
  if (style !== STYLE.premium && !label && !emoji) problems.push(`${path}.label: a button needs a label or an emoji`);
  if (url && !/^(https?|discord):\/\//i.test(url))
    problems.push(`${path}.url: only http, https and discord URLs are allowed`);
  return problems;
}

function checkChoices({ path, component }: Placed): string[] {
  const { options, min_values, max_values, default_values } = component;
  const problems: string[] = [];
  const least = min_values ?? 1;
  const most = max_values ?? (component.type === TYPE.checkboxGroup ? (options?.length ?? 0) : 1);
  if (least > most) problems.push(`${path}.min_values: more than max_values, which is ${most}`);
  const presets = default_values?.length ?? 0;
  if (presets > 0 && (presets < least || presets > most)) {
    problems.push(`${path}.default_values: ${presets}, but ${least} to ${most} can be chosen`);
  }
  if (!options) return problems;
  if (new Set(options.map(({ value }) => value)).size < options.length)
    problems.push(`${path}.options: a value is used twice`);
  if (Math.max(least, max_values ?? 0) > options.length)
    problems.push(`${path}.options: fewer than min_values or max_values ask for`);
  if (options.filter((option) => option.default).length > most)
    problems.push(`${path}.options: more defaults than max_values`);
  return problems;
}

/** The rules for components in both messages and modals. */
export function checkEveryComponent(placed: readonly Placed[]): string[] {
  return [
    ...checkUnique(placed, 'custom_id'),
    ...checkUnique(placed, 'id'),
    ...placed.filter(({ component }) => component.type === TYPE.button).flatMap(checkButton),
    ...placed.flatMap(checkChoices),
  ];
}

function checkRow({ path, component }: Placed): string[] {
  const inside = component.components ?? [];
  const buttons = inside.filter(({ type }) => type === TYPE.button).length;
  if (buttons === inside.length || inside.length === 1) return [];
  return [`${path}.components: a row holds up to 5 buttons or one select`];
}

function checkLegacyLayout(components: readonly Component[]): string[] {
  const problems = components.flatMap(({ type }, index) =>
    type === TYPE.actionRow ? [] : [`components[${index}].type: only with the flag IS_COMPONENTS_V2`],
  );
  if (components.length > MAX_ROWS) problems.push(`components: ${components.length} rows, at most ${MAX_ROWS}`);
  return problems;
}

function checkV2Layout(placed: readonly Placed[]): string[] {
  const problems: string[] = [];
  if (placed.length > MAX_COMPONENTS) {
    problems.push(`components: ${placed.length} components, nested ones included, at most ${MAX_COMPONENTS}`);
  }
  const text = placed.reduce(
    (sum, { component }) => sum + (component.type === TYPE.textDisplay ? (component.content?.length ?? 0) : 0),
    0,
  );
  if (text > MAX_TEXT) problems.push(`components: ${text} characters of text in all components, at most ${MAX_TEXT}`);
  return problems;
}

/** Lists what Discord would refuse in a message's components; the layout rules depend on the flag IS_COMPONENTS_V2. */
export function checkMessageComponents(components: readonly Component[], isV2: boolean): string[] {
  const placed = flatten(components);
  return [
    ...(isV2 ? checkV2Layout(placed) : checkLegacyLayout(components)),
    ...placed.filter(({ component }) => component.type === TYPE.actionRow).flatMap(checkRow),
    ...checkEveryComponent(placed),
  ];
}

/** Lists the images and files in components, each with its path. */
export function listComponentMedia(components: readonly Component[]): { path: string; url: string }[] {
  return flatten(components).flatMap(({ path, component }) => [
    ...(component.media ? [{ path: `${path}.media.url`, url: component.media.url }] : []),
    ...(component.file ? [{ path: `${path}.file.url`, url: component.file.url }] : []),
    ...(component.items ?? []).map((item, index) => ({
      path: `${path}.items[${index}].media.url`,
      url: item.media.url,
    })),
  ]);
}
