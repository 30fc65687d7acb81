import type {
  AutocompleteInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import type { JobRunner } from '../jobs/run.ts';
import type { Log } from '../log.ts';
import type { ButtonAction } from '../replies/custom-id.ts';

/** All that a command may use. */
export interface CommandContext {
  readonly jobs: Pick<JobRunner, 'refusal' | 'accept' | 'find' | 'cancel'>;
  readonly log: Log;
}

export interface Command {
  readonly data: RESTPostAPIChatInputApplicationCommandsJSONBody;
  execute(interaction: ChatInputCommandInteraction, context: CommandContext): Promise<void>;
  autocomplete?(interaction: AutocompleteInteraction): Promise<void>;
}

export interface Button {
  readonly action: ButtonAction;
  execute(interaction: ButtonInteraction, jobId: string, context: CommandContext): Promise<void>;
}
