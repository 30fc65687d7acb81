import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cancel, confirm, intro, outro, text } from '@clack/prompts';
import { type EnvironmentSettings, readSettings } from '../config.ts';
import { decodeText } from '../environment/decode-text.ts';
import { fileReasonOf } from '../system-errors.ts';
import { askSecret } from './ask-secret.ts';
import { Cancelled, findProblem, given, settingOf, tidy } from './prompt.ts';
import { MONEY_QUESTIONS, SECRET_QUESTIONS } from './questions.ts';
import { setLines } from './set-lines.ts';
import { writePrivateFile } from './write-private-file.ts';

const NEEDS_TERMINAL = 'npm run setup needs a terminal. Without one, copy .env.example to .env and fill it in.\n';

/**
 * Asks for the secrets and the settings about money, checks the secrets with Discord and Segmind, and writes `.env` in the working
 * folder. Asks before changing an existing file, and keeps its other lines.
 * @returns the exit code: 1 when nothing was written
 */
export async function runSetup(): Promise<0 | 1> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    process.stderr.write(NEEDS_TERMINAL);
    return 1;
  }
  const path = resolve('.env');
  intro('Timeless setup');
  try {
    const present = await readPresent(path);
    const { typed, inviteUrl } = await askAll(readSettings());
    await save(path, present, typed);
    outro(`${path} is written, and only you can read it.`);
    // Not by the library, which would wrap the URL.
    if (inviteUrl !== undefined) process.stdout.write(`Invite the bot to your server:\n${inviteUrl}\n\n`);
    process.stdout.write('Start it: npm start\n');
    return 0;
  } catch (error) {
    const reason = error instanceof Cancelled ? error.message : `${path}: ${fileReasonOf(error)}.`;
    if (!(error instanceof Cancelled) && fileReasonOf(error) === undefined) throw error;
    cancel(`${reason} Nothing was written.`.trim());
    return 1;
  }
}

interface Present {
  readonly exists: boolean;
  readonly text: string;
}

/** Asks again when a file has appeared there since the start. @throws Cancelled when that file must stay */
async function save(path: string, { exists, text }: Present, typed: ReadonlyMap<string, string>): Promise<void> {
  try {
    writePrivateFile(path, setLines(text, typed), { mayReplace: exists });
  } catch (error) {
    // A link to nothing can't be read either.
    if (exists || !existsSync(path)) throw error;
    await save(path, await readPresent(path), typed);
  }
}

/** The text to start from. @throws Cancelled when the existing file must stay */
async function readPresent(path: string): Promise<Present> {
  if (existsSync(path)) {
    const message = `${path} exists. Change these settings in it? All other lines stay.`;
    if (!given(await confirm({ message }))) throw new Cancelled();
    return { exists: true, text: decodeText(readFileSync(path)).text };
  }
  const example = resolve('.env.example');
  return { exists: false, text: existsSync(example) ? readFileSync(example, 'utf8') : '' };
}

/** @returns `typed` by the names of the settings */
async function askAll(
  settings: EnvironmentSettings,
): Promise<{ typed: Map<string, string>; inviteUrl: string | undefined }> {
  const typed = new Map<string, string>();
  let inviteUrl: string | undefined;
  for (const question of SECRET_QUESTIONS) {
    const answer = await askSecret(question, settings);
    if (answer.typed !== undefined) typed.set(question.name, answer.typed);
    inviteUrl ??= answer.inviteUrl;
  }
  for (const { name, message } of MONEY_QUESTIONS) {
    const present = settingOf(name, settings.values) ?? 'no limit';
    const answer = given(
      await text({
        message,
        placeholder: `Enter: ${present}`,
        validate: (value) => (value ? findProblem(name, value) : undefined),
      }),
    );
    if (answer) typed.set(name, tidy(name, answer));
  }
  return { typed, inviteUrl };
}
