import type { JobRefusal } from '../jobs/runner.ts';
import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import { policyReasonText, type Reader } from './policy-refusal.ts';
import { refusalReasonText } from './refusal.ts';

/** Why a member could not make an image now. */
export interface PresentRefusals {
  /** By the rules for this member. */
  readonly refusal: PolicyRefusal | undefined;
  /** Whoever asks. */
  readonly jobRefusal: JobRefusal | undefined;
}

/** These in words, a line each; undefined when the member could make one. */
export function presentRefusalsText({ refusal, jobRefusal }: PresentRefusals, reader: Reader): string | undefined {
  const lines = [
    ...(refusal ? [policyReasonText(refusal, reader)] : []),
    ...(jobRefusal ? [refusalReasonText(jobRefusal, reader.texts)] : []),
  ];
  return lines.length > 0 ? lines.join('\n') : undefined;
}
