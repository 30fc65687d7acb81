/** What a check has found. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem';
  /** One line: what was found, and what to do about it. */
  readonly text: string;
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const warning = (text: string): Finding => ({ level: 'warning', text });
export const problem = (text: string): Finding => ({ level: 'problem', text });

/** What can't be looked at before something else is mended. */
export const notChecked = (names: readonly string[]): Finding =>
  warning(`Not checked: ${names.join(' and ')} ${names.length === 1 ? 'has' : 'have'} to be mended first.`);
