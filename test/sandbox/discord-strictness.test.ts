import { afterEach, describe, expect, it } from 'vitest';
import {
  type Actor,
  DiscordSandbox,
  type DiscordSandboxOptions,
  type Invocation,
  PERMISSIONS,
} from '../../sandbox/discord/index.ts';
import { call, identified, type RawAnswer } from '../support/discord/raw-client.ts';

const DEFER = { type: 5 };
const MEBIBYTE = 1024 * 1024;
const open: DiscordSandbox[] = [];

afterEach(async () => {
  for (const discord of open.splice(0)) await discord.close();
});

async function start(options?: DiscordSandboxOptions): Promise<DiscordSandbox> {
  const discord = await DiscordSandbox.start(options);
  open.push(discord);
  return discord;
}

/** A member uses a command. No client is connected unless the test connects one. */
async function used(discord: DiscordSandbox, who: Actor = alice(discord), extra = {}): Promise<Invocation> {
  return await who.command('paint', { prompt: 'x' }, { force: true, ...extra });
}

function alice(discord: DiscordSandbox): Actor {
  return discord.actor('alice', discord.guild.channel('general'));
}

function acknowledge(discord: DiscordSandbox, { id, token }: Invocation, body: unknown = DEFER): Promise<RawAnswer> {
  return call(discord, 'POST', `/interactions/${id}/${token}/callback`, { body });
}

function original(discord: DiscordSandbox, { token }: Invocation): string {
  return `/webhooks/${discord.applicationId}/${token}/messages/@original`;
}

function edit(discord: DiscordSandbox, invocation: Invocation, body: unknown = { content: 'x' }): Promise<RawAnswer> {
  return call(discord, 'PATCH', original(discord, invocation), { body });
}

function rules(discord: DiscordSandbox): string[] {
  return discord.violations.map(({ rule }) => rule);
}

describe('the acknowledgement', () => {
  it('is refused with 10062 when it is late, which is recorded if the bot had the event', async () => {
    const discord = await start({ acknowledgeWithinMs: 500 });
    await identified(discord);
    const invocation = await used(discord);
    await expect(invocation.acknowledged()).rejects.toThrow('did not respond');
    expect(rules(discord)).toEqual(['not acknowledged in time']);
    const late = await discord.waitFor(() => discord.violations.length === 1 && acknowledge(discord, invocation));
    expect(await late).toMatchObject({ status: 404, body: { code: 10062 } });
    expect(rules(discord)).toEqual(['not acknowledged in time', 'late acknowledgement']);
  });

  it('is refused without a violation when the event was sent late', async () => {
    const discord = await start({ acknowledgeWithinMs: 60 });
    await identified(discord);
    discord.gateway.holdEvents();
    const invocation = await used(discord);
    await expect(invocation.acknowledged()).rejects.toThrow('did not respond');
    discord.gateway.releaseEvents();
    expect(await acknowledge(discord, invocation)).toMatchObject({ status: 404, body: { code: 10062 } });
    expect(discord.violations).toEqual([]);
  });

  it('fails without a violation when no client is connected', async () => {
    const discord = await start({ acknowledgeWithinMs: 20 });
    await expect((await used(discord)).acknowledged()).rejects.toThrow('did not respond');
    expect(discord.violations).toEqual([]);
  });

  it('is accepted once: the second is answered with 40060', async () => {
    const discord = await start();
    const invocation = await used(discord);
    expect((await acknowledge(discord, invocation)).status).toBe(204);
    expect(await acknowledge(discord, invocation)).toMatchObject({ status: 400, body: { code: 40060 } });
    expect(rules(discord)).toEqual(['already acknowledged']);
  });

  it('is no violation when it is repeated because the answer got lost', async () => {
    const discord = await start();
    discord.faults.add({ path: /callback$/, after: true, reset: true });
    const invocation = await used(discord);
    await expect(acknowledge(discord, invocation)).rejects.toThrow();
    expect(await acknowledge(discord, invocation)).toMatchObject({ body: { code: 40060 } });
    expect(invocation.reply()).toMatchObject({ thinking: true });
    expect(discord.violations).toEqual([]);
  });

  it('needs the interaction’s own id and token', async () => {
    const discord = await start();
    const [one, two] = [await used(discord), await used(discord)];
    const mixed = await call(discord, 'POST', `/interactions/${one.id}/${two.token}/callback`, { body: DEFER });
    expect(mixed).toMatchObject({ status: 404, body: { code: 10062 } });
    expect(rules(discord)).toEqual(['unknown interaction']);
  });

  it('refuses every flag of a defer except EPHEMERAL', async () => {
    const discord = await start();
    const invocation = await used(discord);
    const refused = await acknowledge(discord, invocation, { type: 5, data: { flags: 32_768 } });
    expect(refused).toMatchObject({ status: 400, body: { code: 50035 } });
    expect(rules(discord)).toEqual(['request body']);
    expect((await acknowledge(discord, invocation, { type: 5, data: { flags: 64 } })).status).toBe(204);
  });

  it('returns the created message with with_response', async () => {
    const discord = await start();
    const invocation = await used(discord);
    const path = `/interactions/${invocation.id}/${invocation.token}/callback?with_response=true`;
    const { status, body } = await call(discord, 'POST', path, { body: DEFER });
    const interaction = { response_message_id: invocation.reply()?.id, response_message_loading: true };
    expect({ status, body }).toMatchObject({ status: 200, body: { interaction } });
    expect(body).not.toHaveProperty('resource');
  });

  it('can’t update a message when there is none, or offer more than 25 choices', async () => {
    const discord = await start();
    const update = await acknowledge(discord, await used(discord), { type: 7, data: { content: 'x' } });
    expect(update).toMatchObject({ status: 400, body: { code: 50035 } });
    const typing = await alice(discord).rawInteraction({
      type: 4,
      data: { id: '1', name: 'paint', type: 1, options: [] },
    });
    const choices = Array.from({ length: 26 }, (_, index) => ({ name: `n${index}`, value: `${index}` }));
    expect(await acknowledge(discord, typing, { type: 8, data: { choices } })).toMatchObject({ status: 400 });
    expect(rules(discord)).toEqual(['request body', 'request body']);
  });
});

describe('the interaction token', () => {
  it('answers 10015 before any acknowledgement', async () => {
    const discord = await start();
    await identified(discord);
    const invocation = await used(discord);
    await discord.waitFor(() => invocation.interaction.deliveredAtMs);
    expect(await edit(discord, invocation)).toMatchObject({ status: 404, body: { code: 10015 } });
    expect(rules(discord)).toEqual(['unknown webhook']);
  });

  it('answers a restarted bot with 10015, and counts only a second use as a violation', async () => {
    const discord = await start();
    const gateway = await identified(discord);
    const invocation = await used(discord);
    await discord.waitFor(() => invocation.interaction.deliveredAtMs);
    gateway.close();
    await discord.waitFor(() => discord.gateway.connections === 0);
    expect(await edit(discord, invocation)).toMatchObject({ body: { code: 10015 } });
    expect(discord.violations).toEqual([]);
    await edit(discord, invocation);
    expect(rules(discord)).toEqual(['unknown webhook']);
  });

  it('answers 50027 once expired, and another use is a violation', async () => {
    const discord = await start();
    const invocation = await used(discord);
    await acknowledge(discord, invocation);
    expect((await edit(discord, invocation)).status).toBe(200);
    invocation.expireToken();
    expect(await edit(discord, invocation)).toMatchObject({ status: 401, body: { code: 50027 } });
    expect(discord.violations).toEqual([]);
    expect(await edit(discord, invocation)).toMatchObject({ status: 401, body: { code: 50027 } });
    expect(rules(discord)).toEqual(['expired token']);
  });

  it('is valid as long as the sandbox’s setting says', async () => {
    const discord = await start({ tokenLifetimeMs: 40 });
    const invocation = await used(discord);
    await acknowledge(discord, invocation);
    await discord.waitFor(() => invocation.interaction.isExpired);
    expect(await edit(discord, invocation)).toMatchObject({ status: 401, body: { code: 50027 } });
  });

  it('must exist and belong to this application', async () => {
    const discord = await start();
    const invocation = await used(discord);
    const foreign = await call(
      discord,
      'PATCH',
      `/webhooks/123456789012345678/${invocation.token}/messages/@original`,
      {
        body: { content: 'x' },
      },
    );
    expect(foreign).toMatchObject({ status: 404, body: { code: 10015 } });
    const unknown = await call(discord, 'PATCH', `/webhooks/${discord.applicationId}/none/messages/@original`, {
      body: { content: 'x' },
    });
    expect(unknown).toMatchObject({ status: 401, body: { code: 50027 } });
    expect(rules(discord)).toEqual(['unknown webhook', 'unknown webhook token']);
  });

  it('no longer finds a deleted reply (10008), or one in a deleted channel (10003)', async () => {
    const discord = await start();
    const [one, two] = [await used(discord), await used(discord)];
    await acknowledge(discord, one);
    await acknowledge(discord, two);
    const reply = one.reply();
    if (reply) discord.deleteMessage(reply);
    expect(await edit(discord, one)).toMatchObject({ status: 404, body: { code: 10008 } });
    discord.deleteChannel(discord.guild.channel('general'));
    expect(await edit(discord, two)).toMatchObject({ status: 404, body: { code: 10003 } });
    expect(discord.violations).toEqual([]);
  });

  it('is the only way to an ephemeral message', async () => {
    const discord = await start();
    const invocation = await used(discord);
    await acknowledge(discord, invocation, { type: 4, data: { content: 'secret', flags: 64 } });
    const reply = invocation.reply();
    expect(reply?.ephemeralFor).toBe(discord.user('alice').id);
    const path = `/channels/${reply?.channelId}/messages/${reply?.id}`;
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await call(discord, method, path, {
        authorized: true,
        ...(method === 'PATCH' ? { body: { content: 'open' } } : {}),
      });
      expect(answer).toMatchObject({ status: 404, body: { code: 10008 } });
    }
    expect((await edit(discord, invocation, { content: 'still secret' })).status).toBe(200);
  });
});

describe('a message', () => {
  it('can’t be empty or become empty', async () => {
    const discord = await start();
    const invocation = await used(discord);
    const empty = await acknowledge(discord, invocation, { type: 4, data: { content: '  ' } });
    expect(empty).toMatchObject({ status: 400, body: { code: 50006 } });
    await acknowledge(discord, invocation);
    const emptied = await edit(discord, invocation, { content: '', components: [] });
    expect(emptied).toMatchObject({ status: 400, body: { code: 50006 } });
    expect(rules(discord)).toEqual(['empty message', 'empty message']);
  });

  it('is refused with 50035 and a path when its body is invalid', async () => {
    const discord = await start();
    const invocation = await used(discord);
    await acknowledge(discord, invocation);
    const refused = await edit(discord, invocation, { embeds: [{ title: 'x'.repeat(257) }] });
    expect(refused).toMatchObject({ status: 400, body: { code: 50035, message: 'Invalid Form Body' } });
    expect(JSON.stringify(refused.body.errors)).toMatch(/^\{"embeds":\{"0":\{"title":\{"_errors":\[/);
  });

  it('can’t have a file above the interaction’s own limit (50045) or a request above 25 MiB (40005)', async () => {
    const discord = await start();
    const small = await used(discord, undefined, { attachmentSizeLimit: 1000 });
    await acknowledge(discord, small);
    const send = (invocation: Invocation, bytes: Buffer) =>
      call(discord, 'PATCH', original(discord, invocation), { body: {}, files: [{ name: 'a.png', bytes }] });
    expect(await send(small, Buffer.alloc(1001))).toMatchObject({ status: 400, body: { code: 50045 } });
    expect(await send(small, Buffer.alloc(1000))).toMatchObject({ status: 200 });
    expect(await send(small, Buffer.alloc(26 * MEBIBYTE))).toMatchObject({ status: 413, body: { code: 40005 } });
    expect(rules(discord)).toEqual(['file size', 'request size']);
  });

  it.each([
    ['file', { status: 400, body: { code: 50045 } }],
    ['request', { status: 413, body: { code: 40005 } }],
    ['page', { status: 413 }],
  ] as const)(
    'can have a lower limit than announced (%s), and sending the same again is a violation',
    async (answer, refused) => {
      const discord = await start();
      const invocation = await used(discord);
      await acknowledge(discord, invocation);
      const send = (bytes: number) =>
        call(discord, 'PATCH', original(discord, invocation), {
          body: {},
          files: [{ name: 'a.png', bytes: Buffer.alloc(bytes) }],
        });
      discord.uploads.limit({ path: /@original/, fileBytes: 1000, answer });
      expect(await send(1002)).toMatchObject(refused);
      expect(await send(1001)).toMatchObject(refused);
      expect(rules(discord)).toEqual([]);
      expect((await send(1002)).status).toBeGreaterThanOrEqual(400);
      expect(rules(discord)).toEqual(['refused files']);
      expect((await send(1000)).status).toBe(200);
      discord.uploads.limit();
      expect((await send(1002)).status).toBe(200);
    },
  );

  it.each([
    ['uploadsLimited', 400_001],
    ['explicitContent', 20_009],
    ['harmfulLink', 240_000],
  ] as const)('can be refused in a whole server, by any route: %s', async (refusal, code) => {
    const discord = await start();
    const invocation = await used(discord);
    await acknowledge(discord, invocation);
    discord.refused.refuseFiles(discord.guild, refusal);
    const files = [{ name: 'a.png', bytes: Buffer.from('x') }];
    const channel = `/channels/${discord.guild.channel('art').id}/messages`;
    const body = { content: 'https://example.com/' };
    expect(await call(discord, 'PATCH', original(discord, invocation), { body, files })).toMatchObject({
      status: 403,
      body: { code },
    });
    expect(await call(discord, 'POST', channel, { body, files, authorized: true })).toMatchObject({ body: { code } });
    expect((await edit(discord, invocation, body)).status).toBe(200);
    discord.refused.refuseLinks(discord.guild);
    expect(await edit(discord, invocation, body)).toMatchObject({ status: 403, body: { code: 240_000 } });
    expect((await edit(discord, invocation)).status).toBe(200);
    discord.refused.clear();
    expect((await call(discord, 'POST', channel, { body, files, authorized: true })).status).toBe(200);
    expect(rules(discord)).toEqual([]);
  });

  it('can be refused in one channel, except by a limit on uploads', async () => {
    const discord = await start();
    const [art, general] = [discord.guild.channel('art'), discord.guild.channel('general')];
    expect(() => discord.refused.refuseFiles(art, 'uploadsLimited')).toThrow('whole servers');
    discord.refused.refuseFiles(art, 'explicitContent');
    const files = [{ name: 'a.png', bytes: Buffer.from('x') }];
    const post = ({ id }: { id: string }) =>
      call(discord, 'POST', `/channels/${id}/messages`, { body: {}, files, authorized: true });
    expect((await post(art)).status).toBe(403);
    expect((await post(general)).status).toBe(200);
  });

  it('needs the permission to attach files, also in an edit with the bot’s own token', async () => {
    const discord = await start();
    const art = discord.guild.channel('art');
    const path = `/channels/${art.id}/messages`;
    const { body } = await call(discord, 'POST', path, { body: { content: 'x' }, authorized: true });
    art.overwrites.push({ id: discord.botUserId, type: 'member', allow: 0n, deny: PERMISSIONS.attachFiles });
    const files = [{ name: 'a.png', bytes: Buffer.from('x') }];
    const change = (more: object) =>
      call(discord, 'PATCH', `${path}/${body.id}`, { body: {}, authorized: true, ...more });
    expect(await change({ files })).toMatchObject({ status: 403, body: { code: 50_013 } });
    expect((await change({ body: { content: 'y' } })).status).toBe(200);
  });

  it('can have ten attachments (30015)', async () => {
    const discord = await start();
    const invocation = await used(discord);
    await acknowledge(discord, invocation);
    const files = Array.from({ length: 6 }, (_, index) => ({ name: `${index}.png`, bytes: Buffer.from('x') }));
    const send = () => call(discord, 'PATCH', original(discord, invocation), { body: {}, files });
    expect((await send()).status).toBe(200);
    expect(await send()).toMatchObject({ status: 400, body: { code: 30015 } });
  });

  it('keeps the attachments that an edit lists, adds new ones and drops the rest', async () => {
    const discord = await start();
    const invocation = await used(discord);
    await acknowledge(discord, invocation);
    const bytes = Buffer.from('x');
    const path = original(discord, invocation);
    await call(discord, 'PATCH', path, {
      body: {},
      files: [
        { name: 'a.png', bytes },
        { name: 'b.png', bytes },
      ],
    });
    const names = () => invocation.reply()?.attachments.map(({ filename }) => filename);
    const [a] = invocation.reply()?.attachments ?? [];
    const attachments = [{ id: a?.id }, { id: '0', description: 'new' }];
    await call(discord, 'PATCH', path, { body: { attachments }, files: [{ name: 'c.png', bytes }] });
    expect(names()).toEqual(['a.png', 'c.png']);
    await edit(discord, invocation, { content: 'words' });
    expect(names()).toEqual(['a.png', 'c.png']);
    const unknown = await edit(discord, invocation, { attachments: [{ id: '123456789012345678' }] });
    expect(unknown).toMatchObject({ status: 400, body: { code: 50035 } });
  });

  it('doesn’t list an attachment that an embed shows', async () => {
    const discord = await start();
    const invocation = await used(discord);
    await acknowledge(discord, invocation);
    const path = original(discord, invocation);
    const body = { embeds: [{ image: { url: 'attachment://a.png' } }], attachments: [{ id: '0' }] };
    await call(discord, 'PATCH', path, { body, files: [{ name: 'a.png', bytes: Buffer.from('x') }] });
    const reply = invocation.reply();
    expect(reply?.attachments).toEqual([]);
    const image = await fetch(reply?.embeds[0]?.image?.url ?? '');
    expect(await image.text()).toBe('x');
  });

  it('shows a file in a gallery of Components V2, which can’t be undone', async () => {
    const discord = await start();
    const invocation = await used(discord);
    await acknowledge(discord, invocation);
    const components = [{ type: 12, items: [{ media: { url: 'attachment://a.png' } }] }];
    const body = { flags: 32_768, components, attachments: [{ id: '0' }] };
    const files = [{ name: 'a.png', bytes: Buffer.from('x') }];
    expect((await call(discord, 'PATCH', original(discord, invocation), { body, files })).status).toBe(200);
    const reply = invocation.reply();
    expect(reply).toMatchObject({ flags: 32_768, attachments: [] });
    expect(JSON.stringify(reply?.components)).toContain(`${discord.apiUrl.replace('/api', '')}/attachments/`);
    expect(await edit(discord, invocation, { content: 'words' })).toMatchObject({ status: 400, body: { code: 50035 } });
  });

  it.each([
    {
      where: 'interaction',
      text: '<@111111111111111111> <@&222222222222222222> @everyone',
      pinged: ['111111111111111111'],
    },
    {
      where: 'channel',
      text: '<@111111111111111111> <@&222222222222222222> @everyone',
      pinged: ['111111111111111111', '222222222222222222', 'everyone'],
    },
    { where: 'interaction', text: '<@111111111111111111> @here', allowed: { parse: [] }, pinged: [] },
    { where: 'channel', text: '<@111111111111111111> @here', allowed: { parse: [] }, pinged: [] },
    { where: 'interaction', text: '@here', allowed: { parse: ['everyone'] }, pinged: ['here'] },
    {
      where: 'channel',
      text: '<@111111111111111111> <@333333333333333333>',
      allowed: { parse: [], users: ['333333333333333333'] },
      pinged: ['333333333333333333'],
    },
  ])(
    'pings $pinged from a text in an $where with allowed_mentions $allowed',
    async ({ where, text, allowed, pinged }) => {
      const discord = await start();
      const data = { content: text, ...(allowed ? { allowed_mentions: allowed } : {}) };
      if (where === 'channel') {
        await call(discord, 'POST', `/channels/${discord.guild.channel('general').id}/messages`, {
          authorized: true,
          body: data,
        });
      } else {
        await acknowledge(discord, await used(discord), { type: 4, data });
      }
      expect(discord.messages(discord.guild.channel('general')).map(({ mentions }) => mentions)).toEqual([pinged]);
    },
  );

  it('adds the pings of an edit to the earlier ones', async () => {
    const discord = await start();
    const invocation = await used(discord);
    await acknowledge(discord, invocation, { type: 4, data: { content: '<@111111111111111111>' } });
    await edit(discord, invocation, { content: '<@333333333333333333>' });
    expect(invocation.reply()?.mentions).toEqual(['111111111111111111', '333333333333333333']);
  });
});

describe('a channel', () => {
  const body = { content: 'hello' };
  const post = (discord: DiscordSandbox, channelId: string, options = {}) =>
    call(discord, 'POST', `/channels/${channelId}/messages`, { authorized: true, body, ...options });

  it('answers 50001 when the bot can’t see it, and 10003 when it is deleted', async () => {
    const discord = await start();
    const hidden = discord.guild.createChannel({ name: 'hidden', denyBot: true });
    expect(await post(discord, hidden.id)).toMatchObject({ status: 403, body: { code: 50001 } });
    discord.deleteChannel(hidden);
    expect(await post(discord, hidden.id)).toMatchObject({ status: 404, body: { code: 10003 } });
    discord.kickBot(discord.guild);
    expect(await post(discord, discord.guild.channel('general').id)).toMatchObject({
      status: 403,
      body: { code: 50001 },
    });
    expect(discord.violations).toEqual([]);
  });

  it.each([
    ['sendMessages', {}],
    ['attachFiles', { files: [{ name: 'a.png', bytes: Buffer.from('x') }] }],
    ['embedLinks', { body: { embeds: [{ title: 'x' }] } }],
  ] as const)('answers 50013 without the permission %s', async (permission, options) => {
    const discord = await start();
    const channel = discord.guild.createChannel({ name: 'narrow' });
    expect((await post(discord, channel.id, options)).status).toBe(200);
    channel.overwrites.push({ id: discord.botUserId, type: 'member', allow: 0n, deny: PERMISSIONS[permission] });
    expect(await post(discord, channel.id, options)).toMatchObject({ status: 403, body: { code: 50013 } });
  });

  it('refuses a reply to a missing message, and a page of more than 100', async () => {
    const discord = await start();
    const { id } = discord.guild.channel('general');
    const reply = { body: { ...body, message_reference: { message_id: '123456789012345678' } } };
    expect(await post(discord, id, reply)).toMatchObject({ status: 400, body: { code: 50035 } });
    const page = await call(discord, 'GET', `/channels/${id}/messages?limit=101`, { authorized: true });
    expect(page).toMatchObject({ status: 400, body: { code: 50035 } });
  });

  it('pages around, before and after a message', async () => {
    const discord = await start({ editLimit: { limit: 100, windowMs: 1000 } });
    const { id } = discord.guild.channel('general');
    const ids: string[] = [];
    for (const content of ['1', '2', '3', '4', '5']) {
      ids.push((await post(discord, id, { body: { content } })).body.id ?? '');
    }
    const list = async (query: string) => {
      const { body: page } = await call(discord, 'GET', `/channels/${id}/messages?${query}`, { authorized: true });
      return (page as unknown as { content: string }[]).map(({ content }) => content).join('');
    };
    expect(await list('limit=2')).toBe('54');
    expect(await list(`before=${ids[2]}`)).toBe('21');
    expect(await list(`after=${ids[2]}&limit=1`)).toBe('4');
    expect(await list(`around=${ids[2]}&limit=3`)).toBe('432');
  });
});

describe('a request', () => {
  it.each([
    ['without a token', {}, 401, 0, 'authorization'],
    ['with a wrong token', { headers: { Authorization: 'Bot x' } }, 401, 0, 'authorization'],
    ['from a browser', { authorized: true, headers: { 'User-Agent': 'Mozilla/5.0' } }, 403, 40333, 'User-Agent'],
  ])('%s is refused', async (_, options, status, code, rule) => {
    const discord = await start();
    expect(await call(discord, 'GET', '/users/@me', options)).toMatchObject({ status, body: { code } });
    expect(rules(discord)).toEqual([rule]);
  });

  it('to an unknown endpoint is answered with 404 and recorded', async () => {
    const discord = await start();
    expect(await call(discord, 'GET', '/guilds', { authorized: true })).toMatchObject({
      status: 404,
      body: { code: 0 },
    });
    expect(discord.violations).toMatchObject([{ rule: 'unexpected endpoint', request: 'GET /guilds' }]);
  });

  it('must be JSON or multipart', async () => {
    const discord = await start();
    const path = `/channels/${discord.guild.channel('general').id}/messages`;
    const text = await call(discord, 'POST', path, {
      authorized: true,
      body: 'x',
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(text).toMatchObject({ status: 400, body: { code: 50035 } });
    const broken = await fetch(`${discord.apiUrl}/v10${path}`, {
      method: 'POST',
      body: '{',
      headers: {
        'User-Agent': 'DiscordBot (https://example.com, 1)',
        'Content-Type': 'application/json',
        Authorization: `Bot ${discord.token}`,
      },
    });
    expect(await broken.json()).toMatchObject({ code: 50109 });
  });

  it('is recorded with its body, its files, and whether it had the token', async () => {
    const discord = await start();
    const invocation = await used(discord);
    await acknowledge(discord, invocation);
    const files = [{ name: 'ü.png', bytes: Buffer.from('abc') }];
    await call(discord, 'PATCH', original(discord, invocation), { body: { content: 'x' }, files });
    expect(discord.requests).toMatchObject([
      { method: 'POST', body: DEFER, files: [], authorization: false, status: 204 },
      {
        method: 'PATCH',
        path: original(discord, invocation),
        body: { content: 'x' },
        files: [{ field: 'files[0]', filename: 'ü.png', size: 3 }],
        status: 200,
      },
    ]);
    expect(invocation.reply()?.attachments[0]?.filename).toBe('_.png');
  });
});

describe('rate limits', () => {
  it('apply to the edits of one token, with headers, 429, and a violation once announced', async () => {
    const discord = await start({ editLimit: { limit: 2, windowMs: 1500 } });
    const [one, two] = [await used(discord), await used(discord)];
    await acknowledge(discord, one);
    await acknowledge(discord, two);
    const first = await edit(discord, one);
    expect(first.headers.get('x-ratelimit-limit')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
    expect(Number(first.headers.get('x-ratelimit-reset-after'))).toBeGreaterThan(0);
    expect(first.headers.get('x-ratelimit-bucket')).toMatch(/^\w+$/);
    const told = Date.now();
    await edit(discord, one);
    expect((await edit(discord, two)).status).toBe(200);
    const refused = await discord.waitFor(() => Date.now() > told + 150 && edit(discord, one));
    expect(await refused).toMatchObject({ status: 429, body: { global: false } });
    expect((await refused).headers.get('retry-after')).toMatch(/^[12]$/);
    expect((await refused).headers.get('x-ratelimit-scope')).toBe('user');
    expect(rules(discord)).toEqual(['rate limit']);
    const reset = told + 1000 * ((await refused).body.retry_after ?? 1) + 300;
    const later = await discord.waitFor(() => Date.now() > reset && edit(discord, one));
    expect((await later).status).toBe(200);
  });

  it('apply to 50 authenticated requests a second in total, except interactions', async () => {
    const discord = await start({ acknowledgeWithinMs: 60_000 });
    const invocation = await used(discord);
    const paths = ['/users/@me', '/gateway/bot', `/channels/${discord.guild.channel('general').id}`];
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => call(discord, 'GET', paths[index % 3] ?? '', { authorized: true })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ body }) => body.global)).toBe(true);
    expect(refused[0]?.headers.get('x-ratelimit-global')).toBe('true');
    expect((await acknowledge(discord, invocation)).status).toBe(204);
  });
});

describe('refusals', () => {
  it('are one violation when there are too many', async () => {
    const discord = await start({ invalidRequestLimit: 3 });
    const get = () => call(discord, 'GET', '/users/@me', { authorized: true });
    discord.faults.add({ path: /users/, times: 4, respond: { status: 403, body: {} } });
    discord.faults.add({ path: /users/, respond: { status: 500, body: {} } });
    for (let index = 0; index < 3; index += 1) await get();
    expect(rules(discord)).toEqual([]);
    for (let index = 0; index < 3; index += 1) await get();
    expect(rules(discord)).toEqual(['invalid requests']);
  });

  it('of a reset token are a violation once the bot has learned of the reset', async () => {
    const discord = await start();
    const headers = { authorization: `Bot ${discord.token}` };
    expect(discord.resetToken()).not.toBe(discord.token);
    const get = async (path: string) => (await call(discord, 'GET', path, { headers })).status;
    expect([await get('/gateway/bot'), await get('/users/@me')]).toEqual([401, 401]);
    expect(rules(discord)).toEqual([]);
    expect(await get('/gateway/bot')).toBe(401);
    expect(rules(discord)).toEqual(['authorization']);
  });
});

describe('a scripted fault', () => {
  it('answers instead of Discord as often as scripted, in the order of scripting', async () => {
    const discord = await start();
    discord.faults.add({
      method: 'GET',
      path: /^\/users\/@me$/,
      times: 2,
      respond: { status: 503, body: { message: 'no' } },
    });
    discord.faults.add({ path: /users/, respond: { status: 429, headers: { 'Retry-After': '7' } } });
    const get = () => call(discord, 'GET', '/users/@me', { authorized: true });
    expect([(await get()).status, (await get()).status]).toEqual([503, 503]);
    const limited = await get();
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await get()).status).toBe(200);
  });

  it('can be an HTML page, and the wait of a 429 has to be obeyed', async () => {
    const discord = await start();
    const get = () => call(discord, 'GET', '/users/@me', { authorized: true });
    discord.faults.add({ path: /users/, respond: { status: 429, html: '<p>error code: 1015</p>' } });
    const page = await get();
    expect([page.status, page.headers.get('content-type'), page.headers.get('retry-after')]).toEqual([
      429,
      'text/html',
      null,
    ]);
    await get();
    expect(rules(discord)).toEqual([]);
    discord.faults.add({ path: /users/, respond: { status: 429, headers: { 'Retry-After': '1' } } });
    await get();
    const toldMs = Date.now();
    await discord.waitFor(() => Date.now() > toldMs + 100);
    await call(discord, 'GET', '/gateway/bot', { authorized: true });
    expect(rules(discord)).toEqual([]);
    await get();
    expect(rules(discord)).toEqual(['rate limit']);
    await discord.waitFor(() => Date.now() > toldMs + 1_000);
    await get();
    expect(rules(discord)).toEqual(['rate limit']);
  });

  it('breaks the socket before or after the request was handled', async () => {
    const discord = await start();
    const path = `/channels/${discord.guild.channel('general').id}/messages`;
    const post = () => call(discord, 'POST', path, { authorized: true, body: { content: 'x' } });
    discord.faults.add({ path: /messages$/, reset: true });
    await expect(post()).rejects.toThrow();
    expect(discord.messages(discord.guild.channel('general'))).toHaveLength(0);
    discord.faults.add({ path: /messages$/, reset: true, after: true });
    await expect(post()).rejects.toThrow();
    expect(discord.messages(discord.guild.channel('general'))).toHaveLength(1);
    expect(discord.requests.map(({ status }) => status)).toEqual([0, 0]);
  });

  it('delays an answer', async () => {
    const discord = await start();
    discord.faults.add({ path: /@me$/, delayMs: 100 });
    const startedMs = Date.now();
    expect((await call(discord, 'GET', '/users/@me', { authorized: true })).status).toBe(200);
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(99);
  });
});

describe('commands', () => {
  const path = (discord: DiscordSandbox) => `/applications/${discord.applicationId}/commands`;
  const put = (discord: DiscordSandbox, body: unknown) =>
    call(discord, 'PUT', path(discord), { authorized: true, body });

  it('are returned without keys that have default values', async () => {
    const discord = await start();
    const option = { type: 3, name: 'prompt', description: 'What', required: false };
    await put(discord, [
      { name: 'paint', description: 'Paints', options: [option], name_localizations: { de: 'malen' } },
    ]);
    const { body } = await call(discord, 'GET', path(discord), { authorized: true });
    expect(body).toMatchObject([{ name: 'paint', options: [{ type: 3, name: 'prompt', description: 'What' }] }]);
    expect(JSON.stringify(body)).not.toMatch(/required|malen/);
    const { body: full } = await call(discord, 'GET', `${path(discord)}?with_localizations=true`, { authorized: true });
    expect(JSON.stringify(full)).toContain('malen');
  });

  it('are refused when they break a rule, and nothing changes', async () => {
    const discord = await start();
    expect(await put(discord, [{ name: 'Paint!', description: 'Paints' }])).toMatchObject({ body: { code: 50035 } });
    expect(discord.commands).toEqual([]);
    expect(rules(discord)).toEqual(['request body']);
  });

  it('can be created 200 times a day', async () => {
    const discord = await start();
    const named = (prefix: string) =>
      Array.from({ length: 100 }, (_, index) => ({ name: `${prefix}${index}`, description: 'x' }));
    expect((await put(discord, named('a'))).status).toBe(200);
    expect((await put(discord, named('b'))).status).toBe(200);
    expect((await put(discord, named('b'))).status).toBe(200);
    expect(await put(discord, named('c'))).toMatchObject({ body: { code: 30034 } });
  });
});
