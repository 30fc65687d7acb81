import { type APIApplicationCommandBasicOption, ApplicationCommandOptionType } from 'discord.js';
import type { Parameter } from '../segmind/parameters.ts';
import type { Texts } from '../texts/index.ts';

/** What a member gave, by option; null where they gave nothing. */
export interface Options {
  getString(name: string): string | null;
  getInteger(name: string): number | null;
  getNumber(name: string): number | null;
  getBoolean(name: string): boolean | null;
}

/** The option of a slash command that takes a parameter. */
export function toOption(parameter: Parameter, description: string): APIApplicationCommandBasicOption {
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

/** What a parameter's values may be, after "must be". */
export function allowedWords(parameter: Parameter, { timeless }: Texts['commands']): string {
  switch (parameter.kind) {
    case 'text': {
      const { minLength, maxLength } = parameter;
      return minLength > 0 ? timeless.visibleText(minLength, maxLength) : timeless.text(maxLength);
    }
    case 'choice':
      return timeless.oneOf(parameter.choices);
    case 'integer':
    case 'number': {
      const { kind, min, max, multipleOf } = parameter;
      if (multipleOf !== undefined) return timeless.multiple(multipleOf, min, max);
      return kind === 'integer' ? timeless.wholeNumber(min, max) : timeless.number(min, max);
    }
    default:
      return parameter satisfies never;
  }
}
