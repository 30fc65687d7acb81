import { checkOptions, checkSlashNames } from './command-options.ts';
import { checkLocales } from './locales.ts';
import type { Choice, Command, CommandOption } from './shapes.ts';

const TYPE = { chatInput: 1, user: 2, message: 3, entryPoint: 4 } as const;
const CONTEXT = { privateChannel: 2 } as const;
const INSTALL = { user: 1 } as const;
/** @see https://discord.com/developers/docs/interactions/application-commands#registering-a-command */
const MAX_PER_TYPE: ReadonlyMap<number, number> = new Map([
  [TYPE.chatInput, 100],
  [TYPE.user, 15],
  [TYPE.message, 15],
  [TYPE.entryPoint, 1],
]);
const MAX_CHARACTERS = 8_000;

type Texts = Record<string, string> | null | undefined;

function longest(text: string | null | undefined, localizations: Texts): number {
  return Math.max(text?.length ?? 0, ...Object.values(localizations ?? {}).map((translation) => translation.length));
}

function countChoice(choice: Choice): number {
  return longest(choice.name, choice.name_localizations) + (typeof choice.value === 'string' ? choice.value.length : 0);
}

/**
 * Counts the characters of all names, descriptions and values, each with its longest translation.
 * @see https://discord.com/developers/docs/interactions/application-commands#application-command-object
 */
function countCharacters(part: Command | CommandOption): number {
  const own = longest(part.name, part.name_localizations) + longest(part.description, part.description_localizations);
  const choices = 'choices' in part ? (part.choices ?? []) : [];
  return (
    own +
    choices.reduce((sum, choice) => sum + countChoice(choice), 0) +
    (part.options ?? []).reduce((sum, option) => sum + countCharacters(option), 0)
  );
}

function checkSlashCommand(command: Command, isPartial: boolean, path: string): string[] {
  const problems = [...checkSlashNames(command, path), ...checkOptions(command.options ?? [], `${path}options`)];
  if (!command.description && !(isPartial && command.description === undefined))
    problems.push(`${path}description: required`);
  const characters = countCharacters(command);
  if (characters > MAX_CHARACTERS) {
    problems.push(`${path}name: ${characters} characters in names, descriptions and values, at most ${MAX_CHARACTERS}`);
  }
  return problems;
}

function checkMenuCommand(command: Command, path: string): string[] {
  const problems: string[] = [];
  if (command.description && command.type !== TYPE.entryPoint) {
    problems.push(`${path}description: only slash commands and the Entry Point have one`);
  }
  if (command.description_localizations && command.type !== TYPE.entryPoint) {
    problems.push(`${path}description_localizations: only slash commands and the Entry Point have them`);
  }
  if (command.options && command.options.length > 0) problems.push(`${path}options: only slash commands have them`);
  return problems;
}

/** Lists what Discord would refuse in one command, beyond its schema; a partial one (PATCH) may omit everything. */
export function checkCommand(command: Command, isPartial: boolean, path = ''): string[] {
  const isSlash = (command.type ?? TYPE.chatInput) === TYPE.chatInput;
  const problems = isSlash ? checkSlashCommand(command, isPartial, path) : checkMenuCommand(command, path);
  problems.push(...checkLocales(command, path));
  const isEntryPoint = command.type === TYPE.entryPoint;
  if (isEntryPoint && !command.handler && !isPartial) problems.push(`${path}handler: required`);
  if (!isEntryPoint && command.handler) problems.push(`${path}handler: only an Entry Point command has one`);
  if (new Set(command.contexts).size < (command.contexts?.length ?? 0))
    problems.push(`${path}contexts: one is listed twice`);
  const isForUsers = command.integration_types?.includes(INSTALL.user) ?? isPartial;
  if (command.contexts?.includes(CONTEXT.privateChannel) && !isForUsers) {
    problems.push(`${path}contexts: private channels need the integration type USER_INSTALL`);
  }
  return problems;
}

/** Lists what Discord would refuse in a list that replaces all commands of a scope. */
export function checkCommands(commands: readonly Command[]): string[] {
  const problems = commands.flatMap((command, index) => checkCommand(command, false, `[${index}].`));
  for (const [type, most] of MAX_PER_TYPE) {
    const names = commands.filter((command) => (command.type ?? TYPE.chatInput) === type).map(({ name }) => name);
    if (new Set(names).size < names.length) problems.push(`body: two commands of type ${type} have the same name`);
    if (names.length > most) problems.push(`body: ${names.length} commands of type ${type}, at most ${most}`);
  }
  return problems;
}
