/** Invisible characters, which no setting needs: controls, all kinds of spaces, byte order marks, joiners, fillers, and replacement characters. */
const INVISIBLE = '[\\p{Cc}\\p{Cf}\\p{Z}\\p{DI}\\u2800\\ufffc\\ufffd]';
const QUOTE = '["\'`´“”„‟‘’‚‛«»‹›″′＂＇]';

const WHITE_SPACE_AT_ENDS = /^[ \t\r\n]+|[ \t\r\n]+$/g;
const INVISIBLE_AT_ENDS = new RegExp(`^${INVISIBLE}+|${INVISIBLE}+$`, 'gu');
const INVISIBLE_WITHIN = new RegExp(`(?! )${INVISIBLE}`, 'u');
const IN_QUOTES = new RegExp(`^${QUOTE}(?<inside>.*)${QUOTE}$`, 'su');
const QUOTES = new RegExp(QUOTE, 'gu');
const QUOTE_AT_AN_END = new RegExp(`^${QUOTE}|${QUOTE}$`, 'u');
const COMMENT = /\s#/;

/** What people copy together with a secret, from the header in which it is sent. */
const HEADERS: Readonly<Record<string, readonly [what: string, pattern: RegExp]>> = {
  DISCORD_TOKEN: ['"Bot "', /^(authorization\s*:\s*)?bot\s+/i],
  SEGMIND_API_KEY: ['the header', /^(x-api-key\s*:\s*|(authorization\s*:\s*)?bearer\s+)/i],
};

export interface TidyValue {
  readonly value: string;
  /** What was removed around it. */
  readonly ignored: readonly string[];
}

/** Removes what certainly isn't part of the value. White space at the ends isn't mentioned. */
export function tidyValue(name: string, given: string): TidyValue {
  const [header, headerPattern] = HEADERS[name] ?? ['', /^(?!)/];
  const ownName = new RegExp(`^(export\\s+)?${name}\\s*[=:]`);
  const layers: readonly (readonly [what: string, remove: (text: string) => string])[] = [
    ['', (text) => text.replace(WHITE_SPACE_AT_ENDS, '')],
    ['invisible characters', (text) => text.replace(INVISIBLE_AT_ENDS, '')],
    ['quotes', (text) => text.replace(IN_QUOTES, '$<inside>')],
    ['its own name', (text) => text.replace(ownName, '')],
    [header, (text) => text.replace(headerPattern, '')],
  ];
  const ignored = new Set<string>();
  let value = given;
  for (let before: string | undefined; before !== value; ) {
    before = value;
    for (const [what, remove] of layers) {
      const rest = remove(value);
      if (rest !== value && what !== '') ignored.add(what);
      value = rest;
    }
  }
  return { value, ignored: [...ignored] };
}

/** What is wrong with a tidy value of any setting, without showing it; undefined if nothing is. */
export function findFlaw(value: string): string | undefined {
  const [hidden] = INVISIBLE_WITHIN.exec(value) ?? [];
  if (hidden === '\n' || hidden === '\r') {
    return 'has a line break in its value: close its quotes, and give each setting a line of its own';
  }
  if (hidden !== undefined) {
    const name = `U+${(hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    return `has an invisible or unreadable character in its value (${name}): type it in, or copy it again`;
  }
  if (COMMENT.test(value)) return 'has a comment after its value: give the comment a line of its own';
  if (QUOTE_AT_AN_END.test(value) && (value.match(QUOTES) ?? []).length % 2 === 1) {
    return 'has a quote at one end of its value: remove it';
  }
  return undefined;
}
