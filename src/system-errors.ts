const FILE_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'there is a file in the way',
  EISDIR: 'it is a folder',
  ELOOP: 'the links go in a circle',
  ENOENT: 'no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'there is a file in the way',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
};

/** Of an error of the system or of a library: `ENOENT`, `ECONNREFUSED`; undefined for others. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Why a file can't be used, without its path; undefined for what is no error of the system. */
export function fileReasonOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code && (FILE_REASONS[code] ?? code);
}

/** Why a server can't be reached. `fetch` says only that it failed, and of several addresses tried each has an error: why stands within. */
export function networkReasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? networkReasonOf(inner) : error.message || (codeOf(error) ?? error.name);
}
