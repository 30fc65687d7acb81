import { parseJson } from './json.ts';

/** The keys of Segmind's own errors: of its API, authentication, failed inferences and web pages. */
const ENVELOPE_KEYS = ['error', 'error_description', 'error_message', 'html-message'];
/** The keys that hold error texts, also nested; the last four occur inside the others and at gateways. */
const TEXT_KEYS = [...ENVELOPE_KEYS, 'detail', 'message', 'reason', 'msg'];
/** Limits of what is logged about an unreadable answer. */
const MAX_KEYS = 50;
const MAX_KEY_LENGTH = 40;

/** Whether a JSON answer looks like one of Segmind's errors; gateways answer in JSON as well. */
export function isEnvelope(json: unknown): boolean {
  return isObject(json) && ENVELOPE_KEYS.some((key) => key in json);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text that explains a failure, wherever in the JSON answer it is. Never JSON itself; empty when there is none. */
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

/** The names of a JSON answer's fields, two levels deep: its structure without its content. */
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
