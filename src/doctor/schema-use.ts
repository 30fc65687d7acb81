interface Use {
  /** Of the schema; 0 of an empty database. */
  readonly version: number;
  /** That this release brings. */
  readonly newest: number;
  /** Whether a bot owns the database at present. */
  readonly isInUse: boolean;
}

export function describeUse({ version, newest, isInUse }: Use): string {
  const schema = version === newest ? `schema ${version}` : `schema ${version}, brought to ${newest} at the next start`;
  return `${schema}; ${isInUse ? 'a bot runs on it' : 'no bot runs on it'}`;
}
