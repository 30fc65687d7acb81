/** What the page and its server send each other over the websocket, as JSON. */

/** A component of a message or modal, with the fields of all kinds that the page shows. */
export interface Component {
  type: number;
  custom_id?: string;
  style?: number;
  label?: string;
  description?: string;
  content?: string;
  url?: string;
  emoji?: { name?: string };
  placeholder?: string;
  value?: string;
  /** Whether a checkbox is ticked. */
  default?: boolean;
  required?: boolean;
  disabled?: boolean;
  min_length?: number;
  max_length?: number;
  min_values?: number;
  max_values?: number;
  channel_types?: readonly number[];
  default_values?: readonly { id: string }[];
  options?: readonly { label: string; value: string; description?: string; default?: boolean }[];
  component?: Component;
  components?: readonly Component[];
}

export interface Embed {
  title?: string;
  description?: string;
  url?: string;
  color?: number;
  timestamp?: string;
  author?: { name: string };
  footer?: { text: string };
  image?: { url: string };
  thumbnail?: { url: string };
  fields?: readonly { name: string; value: string; inline?: boolean }[];
}

export interface Attachment {
  id: string;
  filename: string;
  description?: string;
  /** Bytes. */
  size: number;
  spoiler: boolean;
  contentType: string;
  /** A path on the page's own server. */
  url: string;
}

export interface Message {
  id: string;
  author: { username: string; displayName: string; isBot: boolean };
  createdAtMs: number;
  content: string;
  embeds: readonly Embed[];
  components: readonly Component[];
  attachments: readonly Attachment[];
  isEphemeral: boolean;
  isThinking: boolean;
  isEdited: boolean;
  /** The command that the message answers, and who used it. */
  command?: { name: string; username: string; displayName: string };
}

export interface Modal {
  /** The id of the interaction that it answers. */
  interactionId: string;
  title: string;
  components: readonly Component[];
}

export interface Channel {
  id: string;
  name: string;
  /** Discord's number: 0 text, 4 category, 11 thread. */
  type: number;
  isAgeRestricted: boolean;
  parentId?: string;
}

export interface Server {
  id: string;
  name: string;
  channels: readonly Channel[];
}

/** One line of the list of what happens between the members, the bot and Discord. */
export interface Activity {
  atMs: number;
  kind: 'interaction' | 'callback' | 'edit' | 'message' | 'other';
  text: string;
  /** HTTP status of the answer; 0 while there is none, absent for interactions. */
  status?: number;
}

export interface Submit {
  atMs: number;
  prompt: string;
  /** HTTP status; 0 while there is none. */
  status: number;
  /** Segmind's state, or none when it didn't accept the request. */
  state?: string;
}

interface Named {
  id: string;
  name: string;
}

/** Everything that the page shows to one viewer. */
export interface PageState {
  bot: { state: 'starting' | 'running' | 'stopped'; pid?: number };
  me: { username: string /** The id of a channel, or `dm`. */; place: string; serverId: string; locale: string };
  members: readonly { username: string; displayName: string }[];
  servers: readonly Server[];
  /** Everyone and everything that a select can offer in this server, with signs: `@bob`, `#art`. */
  directory: { users: readonly Named[]; roles: readonly Named[]; channels: readonly (Named & { type: number })[] };
  messages: readonly Message[];
  /** The commands in the menu of each message. */
  menus: readonly string[];
  activity: readonly Activity[];
  violations: readonly { of: 'Discord' | 'Segmind'; rule: string; detail: string }[];
  segmind: {
    creditsUsd: number;
    requestsPerMinute: number;
    /** The latest. */
    submits: readonly Submit[];
    /** When submits of the last two minutes were sent, without those that were answered with 429. */
    countedMs: readonly number[];
  };
  /** How many jobs are in each state. */
  jobs: Readonly<Record<string, number>>;
  faults: readonly { name: string; description: string }[];
}

/** What a member does. */
export type Action =
  | { do: 'command'; text: string }
  | { do: 'say'; text: string }
  | { do: 'complete'; text: string }
  | { do: 'press'; messageId: string; customId: string }
  | { do: 'menu'; messageId: string; name: string }
  | { do: 'select'; messageId: string; customId: string; values: readonly string[] }
  | { do: 'submit'; interactionId: string; fields: Readonly<Record<string, string | readonly string[]>> }
  | { do: 'switch'; user?: string; place?: string; locale?: string }
  | { do: 'fault'; name: string }
  | { do: 'kill' }
  | { do: 'start' };

/** What can replace `fragment`, the end of the typed line. */
export interface Completion {
  fragment: string;
  candidates: readonly { text: string; description?: string | undefined }[];
  /** About the option whose value is being typed. */
  hint?: string;
}

/** The answer to an action. A problem is what Discord's client would say. */
export interface Outcome {
  modal?: Modal;
  completion?: Completion;
  /** What a knob did. */
  note?: string;
  problem?: string;
}

export type FromPage = Action & { id: number };
export type FromServer = { id: number; outcome: Outcome } | { changes: Partial<PageState> };
