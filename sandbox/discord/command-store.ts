import { COMMAND, type CommandType } from './command-types.ts';
import { ApiError, invalidForm } from './errors.ts';
import { snowflake } from './snowflakes.ts';
import type { ApplicationCommand } from './types.ts';

/** @see https://discord.com/developers/docs/interactions/application-commands#registering-a-command */
const CREATES_PER_DAY = 200;

/** The body of a command as a bot sends it, after the rules have accepted it. */
export type CommandBody = Partial<ApplicationCommand> & { name: string };

/** The registered commands, global ones and those of each guild. */
export class CommandStore {
  readonly #applicationId: string;
  readonly #scopes = new Map<string, ApplicationCommand[]>();
  readonly #creates = new Map<string, number>();

  constructor(applicationId: string) {
    this.#applicationId = applicationId;
  }

  get all(): ApplicationCommand[] {
    return [...this.#scopes.values()].flat();
  }

  in(guildId: string | undefined): readonly ApplicationCommand[] {
    return this.#scopes.get(guildId ?? 'global') ?? [];
  }

  /** Finds a command by type and name; the guild's own commands come first. */
  find(type: CommandType, name: string, guildId: string | undefined): ApplicationCommand | undefined {
    const own = guildId === undefined ? [] : this.in(guildId);
    return [...own, ...this.in(undefined)].find((command) => command.type === type && command.name === name);
  }

  get(guildId: string | undefined, id: string): ApplicationCommand {
    const command = this.in(guildId).find((candidate) => candidate.id === id);
    if (!command) throw new ApiError('unknownCommand');
    return command;
  }

  /**
   * Replaces the whole list; commands whose names stay keep their ids.
   * @throws ApiError 50240 when the new list lacks the Entry Point command
   */
  replace(guildId: string | undefined, bodies: readonly CommandBody[]): readonly ApplicationCommand[] {
    const entryPoint = this.in(guildId).find(({ type }) => type === COMMAND.entryPoint);
    if (entryPoint && !bodies.some((body) => this.#sameAs(guildId, body) === entryPoint)) {
      throw new ApiError('entryPointLeftOut', { rule: 'entry point', detail: `${entryPoint.name} is left out` });
    }
    const list = bodies.map((body) => this.#build(guildId, body));
    this.#scopes.set(guildId ?? 'global', list);
    return list;
  }

  /** Adds a command, or replaces the one with the same name. */
  upsert(guildId: string | undefined, body: CommandBody): { command: ApplicationCommand; created: boolean } {
    const created = !this.#sameAs(guildId, body);
    const command = this.#build(guildId, body);
    this.#scopes.set(guildId ?? 'global', [...this.in(guildId).filter(({ id }) => id !== command.id), command]);
    return { command, created };
  }

  patch(guildId: string | undefined, id: string, body: Partial<CommandBody>): ApplicationCommand {
    const before = this.get(guildId, id);
    const command = { ...this.#build(guildId, { ...before, ...body }), id };
    this.#scopes.set(
      guildId ?? 'global',
      this.in(guildId).map((other) => (other.id === id ? command : other)),
    );
    return command;
  }

  remove(guildId: string | undefined, id: string): void {
    this.get(guildId, id);
    this.#scopes.set(
      guildId ?? 'global',
      this.in(guildId).filter((command) => command.id !== id),
    );
  }

  #sameAs(guildId: string | undefined, body: CommandBody): ApplicationCommand | undefined {
    return this.in(guildId).find(({ name, type }) => name === body.name && type === (body.type ?? COMMAND.chatInput));
  }

  #build(guildId: string | undefined, body: CommandBody): ApplicationCommand {
    if (body.type === COMMAND.entryPoint && guildId !== undefined) {
      throw invalidForm(['type: an Entry Point command is global']);
    }
    const existing = this.#sameAs(guildId, body);
    if (!existing) this.#countCreate(guildId);
    const { options } = body;
    return {
      id: existing?.id ?? snowflake(),
      application_id: this.#applicationId,
      version: snowflake(),
      default_member_permissions: body.default_member_permissions ?? null,
      type: body.type ?? COMMAND.chatInput,
      name: body.name,
      name_localizations: body.name_localizations ?? null,
      description: body.description ?? '',
      description_localizations: body.description_localizations ?? null,
      nsfw: body.nsfw ?? false,
      ...(body.handler ? { handler: body.handler } : {}),
      ...(guildId === undefined
        ? {
            integration_types: body.integration_types ?? [0],
            contexts: body.contexts ?? null,
            dm_permission: body.contexts ? body.contexts.includes(1) : true,
          }
        : { guild_id: guildId }),
      ...(options?.length ? { options: normalised(options) } : {}),
    };
  }

  #countCreate(guildId: string | undefined): void {
    const scope = guildId ?? 'global';
    const count = (this.#creates.get(scope) ?? 0) + 1;
    if (count > CREATES_PER_DAY) {
      throw new ApiError('tooManyCreates', { rule: 'command creates', detail: `${count} creates in a day` });
    }
    this.#creates.set(scope, count);
  }
}

/** Discord omits keys with default values, so a list that is read back differs from the list that was sent. */
function normalised<T>(options: readonly T[]): T[] {
  return options.map((option) => {
    const entries = Object.entries(option as object).filter(
      ([key, value]) => !(['required', 'autocomplete'].includes(key) && value === false) && value !== undefined,
    );
    const plain = Object.fromEntries(entries);
    if (Array.isArray(plain['options'])) plain['options'] = normalised(plain['options']);
    // Safe cast: the same option with fewer optional keys.
    return plain as T;
  });
}
