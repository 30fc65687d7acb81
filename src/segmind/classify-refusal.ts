/** What a 402 or 406 is about. */
export type RefusalTopic = 'credits' | 'spend_limit' | 'content_type' | 'parameter' | 'unclear';

const CONTENT_TYPE = /\bcontent[ -_]?type\b/i;
const SPEND_LIMIT = /\bspend(ing)?[ _-]*(limit|cap)(?![a-z])|\b(limit|cap) on spending\b|\bbudget\b/i;
const CREDITS = [
  /\b(insufficient|not enough|enough|out of|run out|low on|no|zero|lacks?|exhausted|top up|add more|purchase)\b.{0,30}\b(credits?|balance|funds)\b/i,
  /\b(credits?|balance|funds)\b.{0,40}\b(insufficient|not enough|too low|below|exhausted|depleted|used up|required|expired|negative|(not|n't) (cover|suffice))\b/i,
  /\byou (only )?have -?[\d.]+ (free )?credits?\b/i,
];
const PARAMETER =
  /\b(prompt|samples|scheduler|steps|num_inference_steps|guidance|guidance_scale|seed|width|height|img_width|img_height|base64|parameters?|options?|values?|invalid|unsupported|must|range|(at most|at least|less|greater|more) than|allowed)\b/i;

/**
 * Decides what a 402 or 406 is about by its text: Segmind has no machine-readable codes, and 406 means four things.
 * @param isFromSegmind whether the answer was Segmind's JSON: then a 402 is always about money. A bare text can only be about credits: no other
 * is known.
 */
export function classifyRefusal(status: 402 | 406, detail: string, isFromSegmind: boolean): RefusalTopic {
  // The text may quote a rejected value, and a prompt can say anything.
  const text = detail.replace(/"[^"]*"|`[^`]*`|(?<=^|[\s(:=[])'[^']*'(?!\w)/g, '""');
  if (isFromSegmind && SPEND_LIMIT.test(text)) return 'spend_limit';
  if (CREDITS.some((pattern) => pattern.test(text))) return 'credits';
  if (!isFromSegmind) return 'unclear';
  if (status === 402) return 'credits';
  if (CONTENT_TYPE.test(text)) return 'content_type';
  return PARAMETER.test(text) ? 'parameter' : 'unclear';
}
