import { expect, it } from 'vitest';
import { type LogTrouble, logTroubleText } from '../../../src/replies/mod-log/trouble.ts';
import { en } from '../../../src/texts/en.ts';

const channelId = '9'.repeat(20);

it.each<[LogTrouble, string]>([
  [{ name: 'channel_gone', channelId }, 'The log channel no longer exists'],
  [
    { name: 'no_access', channelId },
    `can't post in the log channel <#${channelId}>. I need View Channel, Send Messages`,
  ],
  [{ name: 'other', code: 50_083, channelId }, 'code 50083'],
])('says of %j what is wrong, in at most 200 characters', (trouble, says) => {
  const text = logTroubleText(trouble, en);
  expect(text).toContain(says);
  expect(text.length).toBeLessThanOrEqual(200);
});
