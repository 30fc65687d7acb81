import { buttonsOf, type Message, type Names, selectsOf, withNames } from '../discord/index.ts';

type Field = NonNullable<Message['embeds'][number]['fields']>[number];

/** Short fields share a line of up to this many characters. */
const LINE_WIDTH = 110;
const SELECT_OFFERS: ReadonlyMap<number, string> = new Map([
  [5, 'members'],
  [6, 'roles'],
  [7, 'members and roles'],
  [8, 'channels'],
]);

/** A message as the lines of text that a member reads, without its files. */
export function messageLines(message: Message, names: Names): string[] {
  if (message.deleted) return ['(deleted)'];
  if (message.thinking) return ['is thinking...'];
  const lines = [
    message.content,
    ...message.embeds.flatMap(({ author, title, description, fields = [], image, footer }) => [
      author?.name ?? '',
      title ? `** ${title} **` : '',
      description ?? '',
      ...fieldLines(fields),
      image ? `(image ${fileName(image.url)})` : '',
      footer?.text ?? '',
    ]),
    ...message.components.map((row) => componentLine({ ...message, components: [row] })),
  ];
  return lines
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => readable(line, names));
}

/** The first line of a message: its author, and the only member who sees it if it's ephemeral. */
export function messageHeader(message: Message, names: Names): string {
  const seenBy = message.ephemeralFor === undefined ? '' : ` (only ${names.user(message.ephemeralFor)} sees this)`;
  return `${message.author.globalName}${seenBy}`;
}

/** Puts short fields together on lines of up to LINE_WIDTH; a field with several lines gets its own, indented. */
function fieldLines(fields: readonly Field[]): string[] {
  const lines: string[] = [];
  let isOpen = false;
  for (const { name, value } of fields) {
    if (value.includes('\n')) {
      lines.push(`${name}:\n${value.replace(/^/gm, '  ')}`);
      isOpen = false;
      continue;
    }
    const text = `${name}: ${value}`;
    const joined = `${lines.at(-1)} · ${text}`;
    if (isOpen && joined.length <= LINE_WIDTH) lines.splice(-1, 1, joined);
    else lines.push(text);
    isOpen = true;
  }
  return lines;
}

function componentLine(row: Message): string {
  const buttons = buttonsOf(row).map(({ label, disabled, url }) => {
    const text = url === undefined ? label : `${label} -> ${url}`;
    return disabled ? `(${text})` : `[${text}]`;
  });
  const selects = selectsOf(row).map(({ type, placeholder = 'Choose', options, disabled }) => {
    const offers = options?.map(({ label }) => label).join(' | ') ?? SELECT_OFFERS.get(type) ?? '';
    return disabled ? `(${placeholder}: ${offers})` : `<${placeholder}: ${offers}>`;
  });
  return [...buttons, ...selects].join(' ');
}

function fileName(url: string): string {
  return url.split('?')[0]?.split('/').at(-1) ?? '';
}

/** Renders mentions, timestamps and escapes as Discord's client does. */
function readable(line: string, names: Names): string {
  return withNames(line, names, relative).replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

function relative(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const [size, unit] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ].find(([least]) => seconds >= 1.5 * Number(least)) ?? [1, 's'];
  const span = `${Math.round(seconds / Number(size))} ${unit}`;
  return ms > 0 ? `in ${span}` : `${span} ago`;
}
