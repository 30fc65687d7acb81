import { askForBot, checkApplication, checkToken, findInviteUrl } from '../doctor/discord.ts';
import type { Finding } from '../doctor/finding.ts';
import { askSegmind, checkCredits } from '../doctor/segmind.ts';

/** The result of checking a secret with its service. */
interface SecretCheck {
  readonly findings: readonly Finding[];
  readonly inviteUrl?: string | undefined;
}

export interface SecretQuestion {
  readonly name: 'DISCORD_TOKEN' | 'SEGMIND_API_KEY';
  readonly message: string;
  /** The setting with the URL where it is checked. */
  readonly apiUrl: 'DISCORD_API_URL' | 'SEGMIND_API_URL';
  check(apiUrl: string, secret: string): Promise<SecretCheck>;
}

/** Secrets aren't shown while they are typed, and are checked before they are stored. */
export const SECRET_QUESTIONS: readonly SecretQuestion[] = [
  {
    name: 'DISCORD_TOKEN',
    message: "The bot's token (https://discord.com/developers/applications, Bot > Reset Token)",
    apiUrl: 'DISCORD_API_URL',
    async check(apiUrl, token) {
      const asked = askForBot(apiUrl, token);
      const who = await checkToken(asked);
      if (who.level !== 'ok') return { findings: [who] };
      const application = await checkApplication(asked, []);
      const findings = application.level === 'ok' ? [who] : [who, application];
      return { findings, inviteUrl: await findInviteUrl(asked) };
    },
  },
  {
    name: 'SEGMIND_API_KEY',
    message: 'The API key of your Segmind account (https://www.segmind.com)',
    apiUrl: 'SEGMIND_API_URL',
    check: async (apiUrl, key) => ({ findings: [await checkCredits(askSegmind(apiUrl, key))] }),
  },
];

interface Question {
  readonly name: string;
  readonly message: string;
}

/** The settings that decide how much money the bot can spend. */
export const MONEY_QUESTIONS: readonly Question[] = [
  {
    name: 'SEGMIND_REQUESTS_PER_MINUTE',
    message: 'Requests to Segmind a minute: 5 on its Free plan, 50 on Pro',
  },
  { name: 'BUDGET_USD_PER_DAY', message: 'US$ that all servers together may spend a day; -1 is no limit' },
  { name: 'GUILD_BUDGET_USD_PER_DAY', message: 'US$ that each server may spend a day; -1 is no limit' },
];
