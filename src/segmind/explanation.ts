import { parseJson } from './json.ts';

/** What Segmind's own errors have: its API, its authentication, its failed inferences and its web pages. */
const ENVELOPE_KEYS = ['error', 'error_description', 'error_message', 'html-message'];
/** Where texts of failures are found, also within each other; the last four are met inside the others, and at gateways. */
const TEXT_KEYS = [...ENVELOPE_KEYS, 'detail', 'message', 'reason', 'msg'];
/** Of what is logged about an answer that can't be read. */
const MAX_KEYS = 50;
const MAX_KEY_LENGTH = 40;

/** Whether a JSON answer has the form of Segmind's errors; gateways answer in JSON as well. */
export function isEnvelope(json: unknown): boolean {
  return isObject(json) && ENVELOPE_KEYS.some((key) => key in json);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The words in which a JSON answer explains a failure, wherever in it they are; never JSON, and empty when there are none. */
export function explanationIn(json: unknown): string {
  return [...new Set(textsIn(json))].join(': ');
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return textsInString(value.trim());
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isObject(value)) return [];
  const texts = TEXT_KEYS.flatMap((key) => textsIn(value[key]));
  if (texts.length > 0) return texts;
  const { code } = value;
  return typeof code === 'number' ? [`code ${code}`] : textsIn(code);
}

function textsInString(text: string): string[] {
  const inner = /^[[{]/.test(text) ? parseJson(text) : undefined;
  if (inner !== undefined) return textsIn(inner);
  return text === '' ? [] : [text];
}

/** The names of a JSON answer's fields, with those of the objects in them: what an answer looks like without what it says. */
export function keysOf(json: unknown): string[] {
  const keysIn = (value: unknown, path: string): string[] =>
    isObject(value)
      ? Object.keys(value).map((key) => `${path}${key.slice(0, MAX_KEY_LENGTH)}`)
      : Array.isArray(value)
        ? [`${path}[${value.length}]`]
        : [];
  const inner = isObject(json) ? Object.entries(json).flatMap(([key, value]) => keysIn(value, `${key}.`)) : [];
  return [...keysIn(json, ''), ...inner].slice(0, MAX_KEYS);
}
