interface Use {
  /** Of the schema; 0 if the database is empty. */
  readonly version: number;
  /** Of this release. */
  readonly newest: number;
  /** Whether a running bot owns the database. */
  readonly isInUse: boolean;
}

export function describeUse({ version, newest, isInUse }: Use): string {
  const schema =
    version === newest ? `schema ${version}` : `schema ${version}, migrated to ${newest} at the next start`;
  return `${schema}; ${isInUse ? 'a bot runs on it' : 'no bot runs on it'}`;
}
