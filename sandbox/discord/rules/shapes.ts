/** The parts of a body that the rules check. A body has these shapes once its schema has accepted it. */

type Nullish<T> = T | null | undefined;

export interface Embed {
  title?: Nullish<string>;
  description?: Nullish<string>;
  url?: Nullish<string>;
  author?: Nullish<{ name?: Nullish<string>; url?: Nullish<string>; icon_url?: Nullish<string> }>;
  footer?: Nullish<{ text?: Nullish<string>; icon_url?: Nullish<string> }>;
  fields?: Nullish<{ name: string; value: string }[]>;
  image?: Nullish<{ url?: Nullish<string> }>;
  thumbnail?: Nullish<{ url?: Nullish<string> }>;
}

export interface SelectOption {
  label: string;
  value: string;
  default?: Nullish<boolean>;
}

export interface Component {
  type: number;
  id?: Nullish<number>;
  custom_id?: Nullish<string>;
  components?: Component[];
  accessory?: Component;
  component?: Component;
  style?: number;
  label?: Nullish<string>;
  url?: Nullish<string>;
  sku_id?: Nullish<string>;
  emoji?: Nullish<object>;
  disabled?: Nullish<boolean>;
  required?: Nullish<boolean>;
  options?: SelectOption[];
  default_values?: Nullish<object[]>;
  min_values?: Nullish<number>;
  max_values?: Nullish<number>;
  min_length?: Nullish<number>;
  max_length?: Nullish<number>;
  value?: Nullish<string>;
  content?: string;
  media?: { url: string };
  file?: { url: string };
  items?: { media: { url: string } }[];
}

export interface AllowedMentions {
  parse?: Nullish<Nullish<string>[]>;
  users?: Nullish<Nullish<string>[]>;
  roles?: Nullish<Nullish<string>[]>;
}

export interface MessageBody {
  content?: Nullish<string>;
  embeds?: Nullish<Embed[]>;
  components?: Nullish<Component[]>;
  attachments?: Nullish<{ id: string; filename?: Nullish<string> }[]>;
  allowed_mentions?: Nullish<AllowedMentions>;
  flags?: Nullish<number>;
  poll?: Nullish<object>;
  sticker_ids?: Nullish<string[]>;
  message_reference?: Nullish<object>;
  nonce?: Nullish<string | number>;
  enforce_nonce?: Nullish<boolean>;
  shared_client_theme?: Nullish<object>;
}

export interface Choice {
  name: string;
  name_localizations?: Nullish<Record<string, string>>;
  value: string | number;
}

export interface CommandOption {
  type: number;
  name: string;
  name_localizations?: Nullish<Record<string, string>>;
  description: string;
  description_localizations?: Nullish<Record<string, string>>;
  required?: Nullish<boolean>;
  autocomplete?: Nullish<boolean>;
  choices?: Nullish<Choice[]>;
  options?: Nullish<CommandOption[]>;
  min_value?: Nullish<number>;
  max_value?: Nullish<number>;
  min_length?: Nullish<number>;
  max_length?: Nullish<number>;
}

export interface Command {
  type?: Nullish<number>;
  name?: string;
  name_localizations?: Nullish<Record<string, string>>;
  description?: Nullish<string>;
  description_localizations?: Nullish<Record<string, string>>;
  options?: Nullish<CommandOption[]>;
  contexts?: Nullish<number[]>;
  handler?: Nullish<number>;
  integration_types?: Nullish<number[]>;
}

export interface Modal {
  custom_id: string;
  title: string;
  components: Component[];
}
