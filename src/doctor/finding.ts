/** The result of a check. */
export interface Finding {
  /** `skipped`: something else has to work first. */
  readonly level: 'ok' | 'warning' | 'problem' | 'skipped';
  /** One line: what was found, and what to do about it. */
  readonly text: string;
}

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const warning = (text: string): Finding => ({ level: 'warning', text });
export const problem = (text: string): Finding => ({ level: 'problem', text });
export const skipped = (text: string): Finding => ({ level: 'skipped', text });
