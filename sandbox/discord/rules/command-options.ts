import { checkChoices } from './choices.ts';
import { checkLocales } from './locales.ts';
import type { CommandOption } from './shapes.ts';

const TYPE = { subcommand: 1, subcommandGroup: 2, integer: 4 } as const;
/** @see https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-naming */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

/** Lists the names and translated names that Discord would refuse for a slash command or an option. */
export function checkSlashNames(
  named: { name?: string; name_localizations?: Record<string, string> | null | undefined },
  path: string,
): string[] {
  const names: [string, string][] = Object.entries(named.name_localizations ?? {}).map(([locale, name]) => [
    `${path}name_localizations.${locale}`,
    name,
  ]);
  if (named.name !== undefined) names.push([`${path}name`, named.name]);
  return names
    .filter(([, name]) => !NAME.test(name) || name !== name.toLowerCase())
    .map(([where]) => `${where}: up to 32 lower-case letters, digits, - and _`);
}

function isSubcommand(option: CommandOption): boolean {
  return option.type === TYPE.subcommand || option.type === TYPE.subcommandGroup;
}

function checkRange(least: number | null | undefined, most: number | null | undefined, where: string): string[] {
  const isBackwards = typeof least === 'number' && typeof most === 'number' && least > most;
  return isBackwards ? [`${where}: more than the maximum, ${most}`] : [];
}

function checkWholeNumbers(option: CommandOption, path: string): string[] {
  if (option.type !== TYPE.integer) return [];
  const values = [option.min_value, option.max_value, ...(option.choices ?? []).map(({ value }) => value)];
  const hasFraction = values.some((value) => typeof value === 'number' && !Number.isInteger(value));
  return hasFraction ? [`${path}: an integer option has whole numbers only`] : [];
}

/** A group needs subcommands; neither has a value that could be required. */
function checkSubcommand(option: CommandOption, path: string): string[] {
  const problems: string[] = [];
  if (option.type === TYPE.subcommandGroup && !option.options?.length) {
    problems.push(`${path}.options: a group needs a subcommand`);
  }
  if (option.required) problems.push(`${path}.required: not for subcommands and groups`);
  return problems;
}

function checkOption(option: CommandOption, path: string): string[] {
  const choices = option.choices ?? [];
  return [
    ...checkSlashNames(option, `${path}.`),
    ...checkLocales(option, `${path}.`),
    ...checkRange(option.min_value, option.max_value, `${path}.min_value`),
    ...checkRange(option.min_length, option.max_length, `${path}.min_length`),
    ...checkWholeNumbers(option, path),
    ...(isSubcommand(option) ? checkSubcommand(option, path) : []),
    ...checkChoices(choices, `${path}.choices`),
    ...choices.flatMap((choice, index) => checkLocales(choice, `${path}.choices[${index}].`)),
    ...(choices.length > 0 && option.autocomplete ? [`${path}: choices and autocomplete exclude each other`] : []),
    ...checkOptions(option.options ?? [], `${path}.options`),
  ];
}

/** Lists what Discord would refuse in the options of a command, at every depth, beyond their schema. */
export function checkOptions(options: readonly CommandOption[], path: string): string[] {
  const problems = options.flatMap((option, index) => checkOption(option, `${path}[${index}]`));
  if (new Set(options.map(({ name }) => name)).size < options.length)
    problems.push(`${path}: two options have the same name`);
  if (options.some(isSubcommand) && !options.every(isSubcommand)) {
    problems.push(`${path}: subcommands and other options exclude each other`);
  }
  const firstOptional = options.findIndex((option) => !option.required);
  for (const [index, option] of options.entries()) {
    if (option.required && firstOptional !== -1 && index > firstOptional) {
      problems.push(`${path}[${index}].required: required options come before optional ones`);
    }
  }
  return problems;
}
