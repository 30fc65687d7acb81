import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import type { Parameter } from '../segmind/parameters.ts';

export type Options = Pick<
  ChatInputCommandInteraction['options'],
  'getString' | 'getInteger' | 'getNumber' | 'getBoolean'
>;

/** The option of a slash command that takes a parameter. @param description default: the parameter's own */
export function toOption(parameter: Parameter, description = parameter.description): APIApplicationCommandBasicOption {
  const { option: name } = parameter;
  switch (parameter.kind) {
    case 'text': {
      const { minLength, maxLength: max_length } = parameter;
      const range = minLength > 0 ? { required: true, min_length: minLength, max_length } : { max_length };
      return { type: ApplicationCommandOptionType.String, name, description, ...range };
    }
    case 'choice': {
      const choices = parameter.choices.map((value) => ({ name: value, value }));
      return { type: ApplicationCommandOptionType.String, name, description, choices };
    }
    case 'integer':
    case 'number': {
      const type =
        parameter.kind === 'integer' ? ApplicationCommandOptionType.Integer : ApplicationCommandOptionType.Number;
      const range = { min_value: parameter.min, max_value: parameter.max };
      // Discord's picker knows no multiples: it offers them while the member types.
      return {
        type,
        name,
        description,
        ...range,
        ...(parameter.multipleOf === undefined ? {} : { autocomplete: true }),
      };
    }
    default:
      return parameter satisfies never;
  }
}

/** The unchecked value of an option; null when it is absent. */
export function readOption(options: Options, { kind, option }: Parameter): string | number | null {
  switch (kind) {
    case 'text':
    case 'choice':
      return options.getString(option);
    case 'integer':
      return options.getInteger(option);
    case 'number':
      return options.getNumber(option);
    default:
      return kind satisfies never;
  }
}

/** What a parameter's values may be, in words for a member. */
export function allowedWords(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'text': {
      const { minLength, maxLength } = parameter;
      return minLength > 0
        ? `visible text of ${minLength} to ${maxLength} characters`
        : `text of up to ${maxLength} characters`;
    }
    case 'choice':
      return parameter.choices.join(', ');
    case 'integer':
    case 'number':
      return `a ${parameter.kind === 'integer' ? 'whole number' : 'number'} from ${parameter.min} to ${parameter.max}`;
    default:
      return parameter satisfies never;
  }
}
