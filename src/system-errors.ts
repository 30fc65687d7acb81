const FILE_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'a file is where a folder should be',
  EISDIR: 'it is a folder',
  ELOOP: 'the links are circular',
  ENOENT: 'no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is where a folder should be',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
};

/** The code of a system's or library's error, such as `ENOENT` or `ECONNREFUSED`; undefined for others. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Why a file can't be used, without its path; undefined for errors that aren't the system's. */
export function fileReasonOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code && (FILE_REASONS[code] ?? code);
}

/** Why a server can't be reached. Finds the inner error, since `fetch` only says that it failed, or that all addresses did. */
export function networkReasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? networkReasonOf(inner) : error.message || (codeOf(error) ?? error.name);
}
