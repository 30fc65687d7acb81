/** What Discord allows a file without any boost or subscription, should it not say. @see https://discord.com/developers/docs/reference#uploading-files */
const DEFAULT_ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024;

/** Bytes of the largest file that an answer to an interaction may bring. */
export function attachmentSizeLimitOf({
  attachmentSizeLimit = DEFAULT_ATTACHMENT_SIZE_LIMIT,
}: {
  readonly attachmentSizeLimit?: number;
}): number {
  return attachmentSizeLimit;
}
