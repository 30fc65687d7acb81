import { readFileSync } from 'node:fs';
import { fileReasonOf } from '../system-errors.ts';
import { decodeText } from './decode-text.ts';

interface Secret {
  readonly value?: string;
  readonly problem?: string;
}

/**
 * Reads a setting from the file that the setting `<name>_FILE` names, as Docker, systemd and Kubernetes provide secrets.
 * @param given the settings that have a value, by name
 * @returns undefined when no file is named
 */
export function readSecretFile(name: string, given: Readonly<Record<string, string>>): Secret | undefined {
  const setting = `${name}_FILE`;
  const path = given[setting];
  if (path === undefined) return undefined;
  if (given[name] !== undefined) return { problem: `is set, and so is ${setting}: remove one of them` };
  try {
    const { text: value } = decodeText(readFileSync(path));
    return value.trim() === '' ? { problem: `is not in the file that ${setting} names: that is empty` } : { value };
  } catch (error) {
    const reason = fileReasonOf(error);
    if (!reason) throw error;
    // The path isn't shown: by mistake, it may be the secret itself.
    return { problem: `can't be read from the file that ${setting} names (${reason}): correct that path` };
  }
}
