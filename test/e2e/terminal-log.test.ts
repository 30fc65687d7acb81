import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { DiscordSandbox } from '../../sandbox/discord/index.ts';
import { SegmindSandbox } from '../../sandbox/segmind/index.ts';
import { hasTerminals, openTerminal } from '../support/open-terminal.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

it.skipIf(!hasTerminals)(
  'at a terminal, the bot logs readable lines, and the last one has its name and the invite address',
  async () => {
    const discord = await DiscordSandbox.start();
    onTestFinished(() => discord.close());
    const segmind = await SegmindSandbox.start();
    onTestFinished(() => segmind.close());
    const folder = mkdtempSync(join(tmpdir(), 'timeless-terminal-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const terminal = openTerminal(`exec ${process.execPath} ${MAIN}`, {
      cwd: folder,
      env: {
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: discord.apiUrl,
        SEGMIND_API_KEY: segmind.apiKey,
        SEGMIND_API_URL: segmind.url,
      },
    });
    await expect.poll(terminal.shown, { timeout: 20_000 }).toContain('invite address');
    const lines = terminal.shown().trimEnd().split('\n');
    const address = `https://discord.com/oauth2/authorize?client_id=${discord.applicationId}&scope=bot+applications.commands&permissions=274878024704`;
    expect(lines.at(-1)).toMatch(/^\[[\d:]+\] INFO: invite address \{"user":"timeless/);
    expect(lines.at(-1)).toContain(address);
    for (const line of lines) expect(line).toMatch(/^\[\d\d:\d\d:\d\d\] [A-Z]+: /);
    terminal.type('\u0003');
    expect(await terminal.exited).toBe(0);
    expect(terminal.shown()).toContain('INFO: stopping');
  },
);
