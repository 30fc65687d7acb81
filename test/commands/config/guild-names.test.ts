import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REST } from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import { channelNames, roleNames, visibleChannels } from '../../../src/commands/config/guild-names.ts';
import { CATEGORY_ID, CHANNEL_ID, GUILD_ID, MODERATOR_ID, ROLES } from '../../support/settings-fixtures.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Discord's client against a server that answers each path so; what it has no answer for hangs. */
async function restAgainst(answers: Readonly<Record<string, { status: number; body: unknown }>>): Promise<REST> {
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    if (!answer) return;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // True: it listens on a port.
  const { port } = server.address() as AddressInfo;
  return new REST({ api: `http://127.0.0.1:${port}`, retries: 0, timeout: 60_000 }).setToken('token');
}

const administrator = {
  userId: MODERATOR_ID,
  guildId: GUILD_ID,
  roleIds: [],
  permissions: 1n << 3n,
  botPermissions: 0n,
  namedChannels: new Map(),
  channel: { id: CHANNEL_ID, type: 0 },
  rules: new Promise<never>(() => undefined),
};

describe('the names of a server', () => {
  it('are those of its roles, and of its channels with what they are', async () => {
    const rest = await restAgainst({
      [`/v10/guilds/${GUILD_ID}/roles`]: { status: 200, body: [{ id: ROLES[0], name: 'artists' }] },
      [`/v10/guilds/${GUILD_ID}/channels`]: {
        status: 200,
        body: [
          { id: CHANNEL_ID, name: 'art', type: 0 },
          { id: CATEGORY_ID, name: 'studio', type: 4 },
        ],
      },
    });
    expect(await roleNames(rest, GUILD_ID)).toEqual(new Map([[ROLES[0], 'artists']]));
    expect(await channelNames(rest, GUILD_ID)).toEqual(
      new Map([
        [CHANNEL_ID, 'art'],
        [CATEGORY_ID, 'studio'],
      ]),
    );
    expect((await visibleChannels(rest, administrator)).map(({ id }) => id)).toEqual([CHANNEL_ID, CATEGORY_ID]);
  });

  it('are none when Discord refuses to tell', async () => {
    const answer = { status: 403, body: { code: 50001, message: 'Missing Access' } };
    const rest = await restAgainst({ [`/v10/guilds/${GUILD_ID}/roles`]: answer });
    expect(await roleNames(rest, GUILD_ID)).toEqual(new Map());
  });

  it('are none when Discord does not answer, long before its own time-out', async () => {
    expect(await roleNames(await restAgainst({}), GUILD_ID)).toEqual(new Map());
  });
});
