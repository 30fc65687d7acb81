import { afterEach, describe, expect, it } from 'vitest';
import { DiscordSandbox, type DiscordSandboxOptions } from '../../sandbox/discord/index.ts';
import { call, hello, identified, RawGateway } from '../support/discord/raw-client.ts';

const open: DiscordSandbox[] = [];

afterEach(async () => {
  for (const discord of open.splice(0)) await discord.close();
});

async function start(options?: DiscordSandboxOptions): Promise<DiscordSandbox> {
  const discord = await DiscordSandbox.start(options);
  open.push(discord);
  return discord;
}

async function closeCodeAfter(discord: DiscordSandbox, gateway: RawGateway, act: () => void): Promise<number> {
  act();
  return await discord.waitFor(() => gateway.closeCode);
}

describe('the gateway', () => {
  it.each([
    ['a wrong token', { token: 'x' }, 4004],
    ['a shard beyond the count', { shard: [1, 1] }, 4010],
    ['a negative shard', { shard: [-1, 2] }, 4010],
    ['a shard count of zero', { shard: [0, 0] }, 4010],
    ['a shard without a count', { shard: [0] }, 4010],
    ['a shard as strings', { shard: ['0', '1'] }, 4010],
    ['intents as a string', { intents: 'all' }, 4013],
    ['an intent that does not exist', { intents: 1 << 30 }, 4013],
    ['a privileged intent', { intents: 1 << 15 }, 4014],
    ['compression', { compress: true }, 4002],
  ])('closes on %s', async (_, wrong, code) => {
    const discord = await start();
    const gateway = await hello(discord);
    const identify = { token: discord.token, intents: 0, properties: {}, ...wrong };
    expect(await closeCodeAfter(discord, gateway, () => gateway.send(2, identify))).toBe(code);
    expect(discord.violations).toMatchObject([{ rule: 'gateway' }]);
    expect(discord.gateway.identifies).toBe(0);
  });

  it('closes on another version, and on a payload that it can’t parse', async () => {
    const discord = await start();
    const old = new RawGateway(discord, 'v=9&encoding=json');
    expect(await closeCodeAfter(discord, old, () => undefined)).toBe(4012);
    const garbled = await hello(discord);
    expect(await closeCodeAfter(discord, garbled, () => garbled.sendText('{'))).toBe(4002);
    const large = await hello(discord);
    expect(await closeCodeAfter(discord, large, () => large.send(1, 'x'.repeat(4096)))).toBe(4002);
  });

  it('closes on a payload before identify, on a second identify, and on an unknown opcode', async () => {
    const discord = await start();
    const early = await hello(discord);
    expect(await closeCodeAfter(discord, early, () => early.send(3, {}))).toBe(4003);
    const twice = await identified(discord);
    expect(await closeCodeAfter(discord, twice, () => twice.send(2, {}))).toBe(4005);
    const unknown = await identified(discord);
    expect(await closeCodeAfter(discord, unknown, () => unknown.send(99, {}))).toBe(4001);
  });

  it('closes on more than 120 payloads within a minute', async () => {
    const discord = await start();
    const gateway = await identified(discord);
    const flood = () => {
      for (let sent = 0; sent < 120; sent += 1) gateway.send(1, null);
    };
    expect(await closeCodeAfter(discord, gateway, flood)).toBe(4008);
  });

  it('answers heartbeats and drops clients that stop sending them', async () => {
    const discord = await start({ heartbeatIntervalMs: 300 });
    const gateway = await identified(discord);
    gateway.send(1, null);
    await discord.waitFor(() => gateway.received.some(({ op }) => op === 11));
    expect(await discord.waitFor(() => gateway.closeCode)).toBe(4009);
  });

  it('sends each interaction to the shard of its guild, direct messages to shard 0', async () => {
    const discord = await start({ maxConcurrency: 2 });
    const shards = [await identified(discord, { shard: [0, 2] }), await identified(discord, { shard: [1, 2] })];
    const guildShard = Number((BigInt(discord.guild.id) >> 22n) % 2n);
    await discord.actor('alice', discord.guild.channel('art')).command('paint', {}, { force: true });
    await discord.waitFor(() => shards[guildShard]?.find('INTERACTION_CREATE'));
    await discord.actor('bob', 'dm').command('paint', {}, { force: true });
    const counts = () => shards.map(({ received }) => received.filter(({ t }) => t === 'INTERACTION_CREATE').length);
    await discord.waitFor(() => counts().reduce((sum, count) => sum + count) === 2);
    expect(counts()).toEqual(guildShard === 0 ? [2, 0] : [1, 1]);
  });

  it('allows one shard to identify in 5 s', async () => {
    const discord = await start();
    await identified(discord, { shard: [0, 2] });
    const second = await hello(discord);
    second.send(2, { token: discord.token, intents: 0, shard: [1, 2], properties: {} });
    await discord.waitFor(() => second.received.some(({ op }) => op === 9));
    expect(discord.violations).toMatchObject([{ rule: 'identify limit' }]);
  });

  it('allows max_concurrency shards to identify in 5 s, one of each remainder', async () => {
    const discord = await start({ maxConcurrency: 2 });
    for (const index of [0, 1]) await identified(discord, { shard: [index, 4] });
    const third = await hello(discord);
    third.send(2, { token: discord.token, intents: 0, shard: [2, 4], properties: {} });
    await discord.waitFor(() => third.received.some(({ op }) => op === 9));
    expect(discord.gateway.shards).toEqual([
      [0, 4],
      [1, 4],
    ]);
    expect(discord.violations).toMatchObject([{ rule: 'identify limit' }]);
  });

  it('closes on a shard with too many servers', async () => {
    const discord = await start({ maxGuildsPerShard: 1 });
    const another = discord.createGuild();
    const only = await hello(discord);
    const identify = { token: discord.token, intents: 0, properties: {} };
    expect(await closeCodeAfter(discord, only, () => only.send(2, identify))).toBe(4011);
    discord.kickBot(another);
    const again = await identified(discord);
    expect(again.closeCode).toBeUndefined();
  });

  it('breaks the connection of one shard and leaves the others alone', async () => {
    const discord = await start({ maxConcurrency: 2 });
    const [first, second] = [
      await identified(discord, { shard: [0, 2] }),
      await identified(discord, { shard: [1, 2] }),
    ];
    discord.gateway.closeWith(4000, 0);
    expect(await discord.waitFor(() => first.closeCode)).toBe(4000);
    discord.gateway.drop(1);
    expect(await discord.waitFor(() => second.closeCode)).toBe(1006);
    expect(discord.gateway.shards).toEqual([]);
  });

  it('replays the events that a client missed and continues their numbers', async () => {
    const discord = await start();
    const first = await identified(discord);
    const sessionId = first.find('READY')?.d?.['session_id'];
    first.close(4200);
    await discord.waitFor(() => discord.gateway.connections === 0);
    const alice = discord.actor('alice', discord.guild.channel('art'));
    const invocation = await alice.command('paint', {}, { force: true });
    const second = await hello(discord);
    second.send(6, { token: discord.token, session_id: sessionId, seq: 1 });
    await discord.waitFor(() => second.find('RESUMED'));
    expect(second.received.slice(1).map(({ t, s }) => [t, s])).toEqual([
      ['INTERACTION_CREATE', 2],
      ['RESUMED', 3],
    ]);
    expect(second.find('INTERACTION_CREATE')?.d?.['id']).toBe(invocation.id);
    alice.deliverAgain(invocation);
    await discord.waitFor(() => second.received.length === 4);
    expect(second.received[3]?.d?.['id']).toBe(invocation.id);
  });

  it('does not resume a session that was closed with 1000 or with a future sequence number', async () => {
    const discord = await start();
    const first = await identified(discord);
    const sessionId = first.find('READY')?.d?.['session_id'];
    const second = await hello(discord);
    second.send(6, { token: discord.token, session_id: sessionId, seq: 99 });
    expect(await discord.waitFor(() => second.closeCode)).toBe(4007);
    first.close(1000);
    await discord.waitFor(() => discord.gateway.connections === 0);
    const third = await hello(discord);
    third.send(6, { token: discord.token, session_id: sessionId, seq: 1 });
    const invalid = await discord.waitFor(() => third.received.find(({ op }) => op === 9));
    expect(invalid.d).toBe(false);
  });

  it('holds back events until they are released', async () => {
    const discord = await start();
    const gateway = await identified(discord);
    discord.gateway.holdEvents();
    const invocation = await discord.actor('alice', 'dm').command('paint', {}, { force: true });
    gateway.send(1, null);
    await discord.waitFor(() => gateway.received.some(({ op }) => op === 11));
    expect(gateway.find('INTERACTION_CREATE')).toBeUndefined();
    discord.gateway.releaseEvents();
    await discord.waitFor(() => gateway.find('INTERACTION_CREATE'));
    expect(invocation.interaction.deliveredAtMs).toBeDefined();
  });

  it('reports how many sessions can still be started', async () => {
    const discord = await start({ shards: 3 });
    await identified(discord);
    const { body } = await call(discord, 'GET', '/gateway/bot', { authorized: true });
    expect(body).toMatchObject({ shards: 3, session_start_limit: { total: 1000, remaining: 999, max_concurrency: 1 } });
  });

  it('ends every session and resets the token at one identify too many', async () => {
    const discord = await start({ identifiesPerDay: 2, maxConcurrency: 3 });
    const allowed = [await identified(discord, { shard: [0, 3] }), await identified(discord, { shard: [1, 3] })];
    expect(discord.violations).toEqual([]);
    const third = await hello(discord);
    const identify = { token: discord.token, intents: 0, shard: [2, 3], properties: {} };
    expect(await closeCodeAfter(discord, third, () => third.send(2, identify))).toBe(4004);
    await discord.waitFor(() => allowed.every(({ closeCode }) => closeCode === 4004));
    expect(discord.violations).toMatchObject([{ rule: 'identify budget' }]);
    expect((await call(discord, 'GET', '/gateway/bot', { authorized: true })).status).toBe(401);
  });

  it('allows identifies again when the day is over', async () => {
    const discord = await start({ identifiesPerDay: 1, identifyResetMs: 300, maxConcurrency: 2 });
    await identified(discord, { shard: [0, 2] });
    const limit = async () => (await call(discord, 'GET', '/gateway/bot', { authorized: true })).body;
    await expect.poll(limit, { timeout: 5_000 }).toMatchObject({ session_start_limit: { total: 1, remaining: 1 } });
    await identified(discord, { shard: [1, 2] });
    expect(discord.violations).toEqual([]);
  });

  it.each([
    ['half of the same shard', [1, 3], [4, 6], true],
    ['another shard of the same count', [1, 3], [2, 3], false],
    ['a shard of another count with shared servers', [1, 3], [4, 5], true],
    ['a shard of another count without shared servers', [0, 2], [1, 4], false],
  ] as const)('notes whether %s is connected at once, which it allows', async (_, one, other, overlaps) => {
    const discord = await start({ maxConcurrency: 8 });
    await identified(discord, { shard: [...one] });
    await identified(discord, { shard: [...other] });
    expect(discord.gateway.connections).toBe(2);
    expect(discord.gateway.overlaps).toEqual(overlaps ? [{ shard: other, beside: one }] : []);
  });

  it('sends forged interactions as they are', async () => {
    const discord = await start();
    const gateway = await identified(discord);
    const alice = discord.actor('alice', discord.guild.channel('art'));
    await alice.rawInteraction({ type: 3, data: { custom_id: 'forged' }, member: undefined, entitlements: 'none' });
    const event = await discord.waitFor(() => gateway.find('INTERACTION_CREATE'));
    expect(event.d).toMatchObject({ type: 3, data: { custom_id: 'forged' }, entitlements: 'none' });
    expect(event.d).not.toHaveProperty('member');
    await alice.pressCustomId('reroll:nobody');
    const press = await discord.waitFor(() => gateway.received.find(({ s }) => s === 3));
    expect(press.d).toMatchObject({ data: { component_type: 2, custom_id: 'reroll:nobody' } });
    expect(press.d?.['message']).toBeDefined();
  });
});
