/** What a 402 or 406 is about. */
export type Refusal = 'credits' | 'spend_limit' | 'content_type' | 'parameter';

const CONTENT_TYPE = /\bcontent[ -_]?type\b/i;
const SPEND_LIMIT = /\bspend(ing)?[ _-]*(limit|cap)(?![a-z])|\b(limit|cap) on spending\b|\bbudget\b/i;
const CREDITS = [
  /\b(insufficient|not enough|enough|out of|run out|low on|no|zero|lacks?|exhausted|top up|add more|purchase)\b.{0,30}\b(credits?|balance|funds)\b/i,
  /\b(credits?|balance|funds)\b.{0,40}\b(insufficient|not enough|too low|below|exhausted|depleted|used up|required|expired|negative)\b/i,
  /\byou (only )?have -?[\d.]+ (free )?credits?\b/i,
];

/**
 * Reads what a refusal with status 402 or 406 is about: Segmind has no machine-readable codes, and 406 means four things.
 * A 406 that speaks of neither content type, spend limit nor missing credits is about a parameter; a 402 is about money.
 */
export function classifyRefusal(status: 402 | 406, detail: string): Refusal {
  // A rejected value may be quoted in the text, and a prompt can say anything.
  const text = detail.replace(/"[^"]*"|`[^`]*`|(?<=^|[\s(:=[])'[^']*'(?!\w)/g, '""');
  if (SPEND_LIMIT.test(text)) return 'spend_limit';
  if (status === 402 || CREDITS.some((pattern) => pattern.test(text))) return 'credits';
  return CONTENT_TYPE.test(text) ? 'content_type' : 'parameter';
}
