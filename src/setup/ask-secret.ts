import { confirm, log, password, spinner } from '@clack/prompts';
import type { EnvironmentSettings } from '../config.ts';
import type { Finding } from '../doctor/finding.ts';
import { printable } from '../log.ts';
import { Cancelled, findProblem, given, tidy } from './prompt.ts';
import type { SecretQuestion } from './questions.ts';

const SHOW: Readonly<Record<Finding['level'], (text: string) => void>> = {
  ok: log.success,
  warning: log.warn,
  problem: log.error,
  skipped: log.warn,
};

/**
 * Asks for a secret until it works, or the person wants to keep it anyway. Never shows what is typed.
 * @returns `typed` is undefined when the current secret stays
 */
export async function askSecret(
  { name, message, apiUrl, check }: SecretQuestion,
  { values, problems }: EnvironmentSettings,
): Promise<{ typed: string | undefined; inviteUrl: string | undefined }> {
  const url = values[apiUrl];
  if (url === undefined) throw new Cancelled(`${apiUrl} ${problems.get(apiUrl)}.`);
  const present = values[name];
  for (;;) {
    const typed = given(
      await password({
        message: present === undefined ? message : `${message}. Enter keeps the current one`,
        validate: (value) => (value || present === undefined ? findProblem(name, value ?? '') : undefined),
      }),
    );
    const secret = typed ? tidy(name, typed) : (present ?? '');
    const progress = spinner();
    progress.start('Checking...');
    const { findings, inviteUrl } = await check(url, secret);
    progress.clear();
    for (const { level, text } of findings) SHOW[level](printable(text).replaceAll(secret, '[redacted]'));
    const works = findings.every(({ level }) => level !== 'problem');
    if (works || given(await confirm({ message: 'Keep it anyway?', initialValue: false }))) {
      return { typed: typed ? secret : undefined, inviteUrl };
    }
  }
}
