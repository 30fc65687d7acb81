import type { APIEmbed, APIMessageTopLevelComponent } from 'discord.js';
import { ApiError, invalidForm } from './errors.ts';
import { type BodyContext, type BodyKind, checkBody } from './rules/index.ts';
import type { UploadedFile } from './types.ts';

/** @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#json 30015 */
const MAX_ATTACHMENTS = 10;

export interface AllowedMentions {
  parse?: readonly string[];
  users?: readonly string[];
  roles?: readonly string[];
  replied_user?: boolean;
}

export interface AttachmentRequest {
  id: string | number;
  filename?: string;
  description?: string | null;
  is_spoiler?: boolean;
}

/** The body of a message, after `checkBody` has accepted it. */
export interface MessageBody {
  content?: string | null;
  embeds?: APIEmbed[] | null;
  components?: APIMessageTopLevelComponent[] | null;
  attachments?: AttachmentRequest[] | null;
  flags?: number | null;
  allowed_mentions?: AllowedMentions | null;
  nonce?: string | number;
  enforce_nonce?: boolean;
  message_reference?: { message_id?: string; fail_if_not_exists?: boolean };
}

/**
 * Returns the body if it breaks no rule.
 * @throws ApiError 50035 with every problem in its `errors` tree, 30015 for more than ten attachments
 */
export function validatedBody<T>(
  kind: BodyKind,
  body: unknown,
  files: readonly UploadedFile[],
  context: Omit<BodyContext, 'files'> = {},
): T {
  refuseTooManyAttachments(
    kind === 'callback' ? inner(body, 'data') : body,
    files,
    context.currentAttachments?.length ?? 0,
  );
  const problems = checkBody(kind, body, {
    ...context,
    files: files.map(({ field, filename, size }) => ({ field, filename, size })),
  });
  if (problems.length > 0) throw invalidForm(problems);
  // Safe cast: the checker has just parsed the body with the schema of this kind.
  return body as T;
}

/** A message can hold ten files, including those that it keeps. @throws ApiError 30015 */
function refuseTooManyAttachments(body: unknown, files: readonly UploadedFile[], present: number): void {
  const listed = inner(body, 'attachments');
  const count = Array.isArray(listed) ? listed.length : present + files.length;
  if (count <= MAX_ATTACHMENTS) return;
  throw new ApiError('tooManyAttachments', { rule: 'attachment count', detail: `${count} attachments` });
}

function inner(value: unknown, key: string): unknown {
  // Safe cast: any JSON object can be read by string keys.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** @throws ApiError 50006 when the message would show nothing */
export function refuseEmptyMessage(body: unknown, files: readonly UploadedFile[]): void {
  const content = inner(body, 'content');
  const hasText = typeof content === 'string' && content.trim() !== '';
  const hasSome = ['embeds', 'components'].some((key) => {
    const list = inner(body, key);
    return Array.isArray(list) && list.length > 0;
  });
  if (files.length === 0 && !hasText && !hasSome && !inner(body, 'poll')) {
    throw new ApiError('emptyMessage', { rule: 'empty message', detail: 'no content, embed, component or file' });
  }
}
