import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buttonsOf, type Channel, type Invocation, type Message, PERMISSIONS } from '../../sandbox/discord/index.ts';
import { ended, imageReply, labelsOf, openTestBed, type TestBed, textOf } from '../support/test-bed.ts';

const COMMAND = 'timeless-config';
const MODERATORS_ONLY = 'Only moderators can do this';

let bed: TestBed;
beforeAll(async () => {
  bed = await openTestBed({ env: { SEGMIND_MAX_IN_FLIGHT: '1' } });
});
afterAll(() => bed.close());

type Options = Readonly<Record<string, string>>;

/** The answer to a moderator in #general, which must be private. */
async function set(path: string, options: Options = {}, { force = false } = {}): Promise<Message> {
  const [group, subcommand] = path.split(' ');
  const moderator = bed.member('moderator');
  const where = subcommand === undefined ? { subcommand: group } : { group, subcommand };
  const reply = await (await moderator.command(COMMAND, options, { ...where, force })).waitForReply();
  expect(reply.ephemeralFor).toBe(moderator.user.id);
  expect(reply.mentions).toEqual([]);
  return reply;
}

const say = async (path: string, options: Options = {}, extra = {}) => textOf(await set(path, options, extra));

async function offered(path: string, option: string, typed = '', name = 'moderator'): Promise<string[][]> {
  const [group, subcommand] = path.split(' ');
  const where = subcommand === undefined ? { subcommand: group } : { group, subcommand };
  const force = name !== 'moderator';
  const choices = await bed.member(name).autocomplete(COMMAND, option, typed, {}, { ...where, force });
  return choices.map((choice) => [choice.name, String(choice.value)]);
}

const channel = (name: string) => bed.discord.guild.channel(name);
const paint = (options: Options = {}, where = channel('general'), name = 'alice') =>
  bed.discord.actor(name, where).command('timeless', { prompt: 'a red rose', ...options });

async function refusal(options: Options = {}, where?: Channel, name?: string): Promise<string> {
  const invocation = await paint(options, where, name);
  const reply = await invocation.waitForReply();
  expect(reply.ephemeralFor).toBe(invocation.interaction.user.id);
  expect(textOf(reply)).toContain("You weren't charged.");
  return textOf(reply);
}

describe('channels', () => {
  it('denies a channel with its threads, and allows it again', { tags: 'slow' }, async () => {
    const [art, sketches] = [channel('art'), channel('sketches')];
    expect(await say('channels deny', { channel: art.id })).toContain(`Denied channels: added <#${art.id}>`);
    for (const place of [art, sketches]) expect(await refusal({}, place)).toContain('/timeless-config channels');
    await imageReply(await paint());

    const allowed = await say('channels allow', { channel: art.id });
    expect(allowed).toContain(`Allowed channels: added <#${art.id}>`);
    expect(allowed).toContain(`Denied channels: removed <#${art.id}>`);
    expect(allowed).toContain('I refuse requests outside the allowed channel (1).');
    expect(await refusal()).toContain(`<#${art.id}>`);
    await imageReply(await paint({}, sketches));
    expect(await say('channels allow', { channel: art.id })).toContain('it was already set like this');
    await set('channels remove', { channel: art.id });
    await imageReply(await paint());
  });

  it('applies a category to all of its channels', async () => {
    await set('channels deny', { channel: channel('studio').id });
    await refusal({}, channel('art'));
    await refusal({}, channel('sketches'));
    await set('channels remove', { channel: channel('studio').id });
    await imageReply(await paint({}, channel('art')));
  });

  it('suggests the channel of a thread, and refuses anything that is not a channel', async () => {
    const sketches = { channel: channel('sketches').id };
    const answer = await say('channels deny', sketches);
    expect(answer).toContain(`Threads follow their channel, so pick <#${channel('art').id}> instead. Nothing changed.`);
    const unknown = await say('channels allow', { channel: '1' }, { force: true });
    expect(unknown).toContain('This server has no such channel.');
    expect(await say('channels list')).toContain('Denied (0)');
  });

  it('offers and lists entries by name, or by id when they are gone or Discord does not answer', async () => {
    const { discord } = bed;
    const doomed = discord.guild.createChannel({ name: 'doomed' });
    const [art, studio] = [channel('art'), channel('studio')];
    await set('channels allow', { channel: studio.id });
    await set('channels deny', { channel: art.id });
    await set('channels deny', { channel: doomed.id });
    discord.deleteChannel(doomed);
    expect(await offered('channels remove', 'channel')).toEqual([
      ['studio (category), allowed', studio.id],
      ['#art, denied', art.id],
      [`${doomed.id}, denied`, doomed.id],
    ]);
    expect(await offered('channels remove', 'channel', 'ART')).toEqual([['#art, denied', art.id]]);
    discord.faults.add({ path: /guilds\/\d+\/channels/, respond: { status: 500, body: {} } });
    expect(await offered('channels remove', 'channel', art.id)).toEqual([[`${art.id}, denied`, art.id]]);

    const list = await say('channels list');
    expect(list).toContain(`Allowed (1)\n<#${studio.id}>`);
    expect(list).toContain(`Denied (2)\n<#${art.id}>\nNo longer in this server: \`${doomed.id}\``);
    for (const { id } of [art, studio, doomed]) await set('channels remove', { channel: id });
    expect(await say('channels remove', { channel: art.id })).toContain(`<#${art.id}> isn't on either list`);
  });

  it('removes a channel by name, mention or id, even one that is gone', async () => {
    const { discord } = bed;
    const [art, general] = [channel('art'), channel('general')];
    for (const typed of ['#art', 'art', '#ART', `<#${art.id}>`, art.id]) {
      await set('channels deny', { channel: art.id });
      expect(await say('channels remove', { channel: typed }), typed).toContain(
        `Denied channels: removed <#${art.id}>`,
      );
    }
    expect(await say('channels remove', { channel: '#general' })).toContain("“\\#general” isn't on either list.");
    expect(await say('channels remove', { channel: general.id })).toContain(`<#${general.id}> isn't on either list.`);

    const doomed = discord.guild.createChannel({ name: 'doomed' });
    await set('channels allow', { channel: doomed.id });
    discord.deleteChannel(doomed);
    expect(await say('channels remove', { channel: 'doomed' })).toContain("I can't find “doomed” by name.");
    expect(await say('channels remove', { channel: doomed.id })).toContain(`Allowed channels: removed <#${doomed.id}>`);
  });

  it('names the channels that share a name, and removes the one whose id is given', async () => {
    const { discord } = bed;
    const twins = [discord.guild.createChannel({ name: 'twin' }), discord.guild.createChannel({ name: 'twin' })];
    for (const { id } of twins) await set('channels deny', { channel: id });
    const answer = await say('channels remove', { channel: 'twin' });
    for (const { id } of twins) expect(answer).toContain(`<#${id}> (\`${id}\`)`);
    expect(answer).toMatch(/^“twin” could be .*Give the id of the one you mean\. Nothing changed\.$/);
    expect(await say('channels list')).toContain('Denied (2)');
    for (const { id } of twins) expect(await say('channels remove', { channel: id })).toContain(`removed <#${id}>`);
  });

  it('offers a channel that the moderator cannot see without its name, and does not find it by name', async () => {
    const { guild } = bed.discord;
    const hidden = guild.createChannel({ name: 'owners' });
    await set('channels deny', { channel: hidden.id });
    expect(await offered('channels remove', 'channel')).toEqual([['#owners, denied', hidden.id]]);
    hidden.overwrites.push({ id: guild.id, type: 'role', allow: 0n, deny: PERMISSIONS.viewChannel });
    expect(await offered('channels remove', 'channel')).toEqual([[`${hidden.id}, denied`, hidden.id]]);
    expect(await offered('channels remove', 'channel', '', 'admin')).toEqual([['#owners, denied', hidden.id]]);
    expect(await say('channels remove', { channel: '#owners' })).toContain('Nothing changed.');
    await set('channels remove', { channel: hidden.id });
  });
});

describe('filter', () => {
  it('refuses an added word in both prompts, and allows it once removed', async () => {
    expect(await say('filter add', { word: 'Dragon, fire*' })).toContain('Filter: added ||dragon||, ||fire\\*||');
    for (const prompt of ['a d.r.a.g.o.n', 'FIREWORKS']) {
      const text = await refusal({ prompt });
      expect(text).toContain('/timeless-config filter');
      expect(text).not.toMatch(/dragon|fire/i);
    }
    await refusal({ negative_prompt: 'no dragon' });
    const tested = await say('filter test', { text: 'Firemen fight a Drágón, the dragon laughs' });
    expect(tested).toContain('I refuse this text');
    expect(tested).toContain('Found in this text (2)\n||fire\\*||, ||dragon||');
    expect(await say('filter test', { text: 'a rose' })).toContain('The filter finds nothing in this text.');
    expect(await say('filter list')).toContain('Filter (2)\n||dragon||, ||fire\\*||');
    expect(await offered('filter remove', 'word', 'dr')).toEqual([['dragon', 'dragon']]);
    expect(await say('filter remove', { word: 'dragon' })).toContain('removed ||dragon||');
    await imageReply(await paint({ prompt: 'a dragon' }));
    await set('filter remove', { word: 'fire*' });
    expect(await say('filter list')).toContain('The filter is empty (default).');
  });

  it.each([
    ['x', '||x|| needs at least 2 letters'],
    ['good, a*b*c*d', '||a\\*b\\*c\\*d|| has more than 2 `*`'],
    [',', "There's no word in `word`."],
  ])('refuses an invalid word and says what is allowed: %s', async (word, problem) => {
    const text = await say('filter add', { word });
    expect(text).toContain(problem);
    expect(text).toContain('Nothing changed.');
    expect(await say('filter list')).toContain('Filter (0)');
  });

  it('lists more than fits into a message in a file', async () => {
    const words = Array.from({ length: 500 }, (_, index) => `forbidden${index}`);
    for (let start = 0; start < words.length; start += 60)
      await set('filter add', { word: words.slice(start, start + 60).join(',') });
    expect(await say('filter add', { word: 'one more' })).toContain('The filter holds 500 words');
    const list = await set('filter list');
    expect(textOf(list)).toContain('The full list is in the attached file.');
    const [file] = list.attachments;
    expect(file).toMatchObject({ filename: 'SPOILER_filter.txt', spoiler: true });
    expect(file?.bytes.toString().trim().split('\n').toSorted()).toEqual(words.toSorted());
    expect(await offered('filter remove', 'word')).toHaveLength(25);
    for (let start = 0; start < words.length; start += 60)
      await set('filter remove', { word: words.slice(start, start + 60).join(',') });
    expect(await say('filter list')).toContain('Filter (0)');
  });
});

describe('block', () => {
  const until = (text: string) => Number(/until <t:(\d+):f>/.exec(text)?.[1]) * 1_000;
  const roleOf = (name: string) => bed.discord.guild.role(name);
  const idOf = (name: string) => bed.discord.user(name).id;

  it('blocks a member for a while, says why, and cancels their requests in the queue', async () => {
    bed.segmind.hold();
    const first = await paint();
    await first.waitForReply((message) => textOf(message).includes('Sent'));
    const waiting = await paint({ prompt: 'a second rose' });
    await waiting.waitForReply((message) => labelsOf(message).includes('Cancel'));
    const answer = await say('block add', { member: idOf('alice'), duration: '2h', reason: 'too many *roses*' });
    expect(answer).toContain(`Blocked <@${idOf('alice')}> until <t:`);
    expect(Math.abs(until(answer) - (Date.now() + 7_200_000))).toBeLessThan(60_000);
    expect(answer).toContain('I cancelled 1 request they had in the queue.');
    await ended(waiting);
    bed.segmind.release();
    await imageReply(first);
    expect(await refusal()).toContain('Reason: “too many \\*roses\\*”');
    await imageReply(await paint({}, channel('general'), 'bob'));

    const list = await say('block list');
    expect(list).toContain('Blocks (1)');
    expect(list).toContain(`<@${idOf('alice')}> until <t:`);
    expect(list).toContain(`by <@${idOf('moderator')}>`);
    const value = idOf('alice');
    expect(await offered('block remove', 'blocked', 'ali')).toEqual([[`Alice (${value})`, value]]);
    expect(await say('block remove', { blocked: 'alic' })).toContain("“alic” isn't blocked.");
    expect(await say('block remove', { blocked: 'alice' })).toContain(`Blocks: removed <@${value}>`);
    await imageReply(await paint());
    expect(await say('block remove', { blocked: value })).toContain(`\`${value}\` isn't blocked.`);
    expect(await say('block list')).toContain('Nobody is blocked (default).');
  });

  it('blocks everyone with a role until somebody lifts it', { tags: 'slow' }, async () => {
    const artists = roleOf('artists');
    expect(await say('block add', { role: artists.id })).toContain(`Blocked <@&${artists.id}> until someone lifts it.`);
    await refusal({}, channel('general'), 'bob');
    await imageReply(await paint());
    const choice = ['artists (role)', artists.id];
    expect(await offered('block remove', 'blocked')).toEqual([choice]);
    bed.discord.faults.add({ path: /guilds\/\d+\/roles/, respond: { status: 500, body: {} } });
    expect(await offered('block remove', 'blocked')).toEqual([choice]);
    await set('block remove', { blocked: '@Artists' });
    await imageReply(await paint({}, channel('general'), 'bob'));
  });

  it.each([
    ['nobody', () => ({}), 'Who should be blocked? Add `member` or `role`: any member, or any role but @everyone'],
    ['both', () => ({ member: idOf('alice'), role: roleOf('artists').id }), 'Give `member` or `role`, not both.'],
    ['@everyone', () => ({ role: bed.discord.guild.id }), "@everyone can't be blocked"],
    ['the bot', () => ({ member: bed.discord.botUserId }), "That's me"],
    ['a duration in another form', () => ({ member: idOf('alice'), duration: '30s' }), 'such as 30m, 12h or 7d'],
    ['too long a duration', () => ({ member: idOf('alice'), duration: '366d' }), 'up to 365d'],
  ])('refuses %s', async (_, options, problem) => {
    const text = await say('block add', options());
    expect(text).toContain(problem);
    expect(text).toContain('Nothing changed.');
    expect(await say('block list')).toContain('Blocks (0)');
  });

  it.each([
    ['who is unknown', { member: '1' }, 'There is no such member or role.'],
    ['with too long a reason', { reason: 'a'.repeat(301) }, 'up to 300 characters'],
  ])('refuses a forged request %s', async (_, options, problem) => {
    expect(await say('block add', { member: idOf('alice'), ...options }, { force: true })).toContain(problem);
    expect(await say('block list')).toContain('Blocks (0)');
  });
});

describe('usage', () => {
  const month = () => new Date().toISOString().slice(0, 7);
  const files = (message: Message) => message.attachments.map(({ filename }) => filename);

  it('shows the month as text, as a chart and as a table, without the credits', async () => {
    await set('budget', { day: '5' });
    const image = await imageReply(await paint({ samples: '2' }, channel('general'), 'mallory'));
    const jobId = buttonsOf(image)[0]?.customId?.split(':')[1];
    await bed.discord.waitFor(() => bed.bot.log.some(({ msg, job }) => msg === 'delivered' && job === jobId));
    const answer = await set('usage');
    const mallory = bed.discord.user('mallory').id;
    expect(textOf(answer)).toMatch(new RegExp(`\\d\\. <@${mallory}>: 2 images, \\$0\\.\\d+`));
    expect(textOf(answer)).toMatch(/Today: \$0\.\d+ spent, \$0\.00 reserved, of \$5\.00/);
    expect(textOf(answer)).not.toMatch(/credits|account/i);
    expect(labelsOf(answer)).toEqual([]);
    expect(files(answer)).toEqual([`usage-${month()}.png`, `usage-${month()}.csv`]);
    const [chart, table] = answer.attachments;
    expect(chart?.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(table?.bytes.toString()).toMatch(new RegExp(`\r\n\\d{4}-\\d\\d-\\d\\d,${mallory},2,0\\.\\d{6}\r\n`));
  });

  it('omits a file that Discord unexpectedly calls too large, and says so', async () => {
    bed.discord.uploads.limit({ fileBytes: 5_000, answer: 'page' });
    const answer = await set('usage');
    expect(files(answer)).toEqual([`usage-${month()}.csv`]);
    expect(answer.content).toContain('A file is missing here');
    bed.discord.uploads.limit({ fileBytes: 0 });
    const bare = await set('usage');
    expect(files(bare)).toEqual([]);
    expect(bare.content.match(/missing/g)).toHaveLength(1);
    expect(textOf(bare)).toContain('images');
    bed.discord.uploads.limit();
  });

  it('shows another stored month', async () => {
    const choices = await offered('usage', 'month');
    expect(choices).toHaveLength(13);
    expect(choices[0]?.[1]).toBe(month());
    const earlier = choices[12]?.[1] ?? '';
    const answer = await set('usage', { month: earlier });
    expect(textOf(answer)).toContain('0 images');
    expect(textOf(answer)).not.toContain('Today:');
    expect(files(answer)).toEqual([`usage-${earlier}.png`, `usage-${earlier}.csv`]);
    for (const wrong of ['2020-01', 'last month', '2026-13'])
      expect(await say('usage', { month: wrong })).toContain(`from ${earlier} to ${month()}`);
  });

  it('refuses Check again outside of the operator’s servers', async () => {
    const reply = await (
      await bed.member('moderator').pressCustomId(`check-again:${bed.discord.guild.id}`)
    ).waitForReply();
    expect(textOf(reply)).toContain("don't know this command or button");
    expect(bed.segmind.requests.filter(({ path }) => path.includes('credits'))).toEqual([]);
  });

  describe('in a server of the operator', { tags: 'slow' }, () => {
    beforeAll(() => bed.restart({ OPERATOR_GUILD_IDS: bed.discord.guild.id }));
    beforeEach(() => bed.segmind.setCredits(12.345));

    /** The answer to a press, besides the pressed message. */
    const answerTo = (pressed: Invocation, source: Message) =>
      pressed.waitForReply((message) => message.id !== source.id && !message.thinking);

    it('shows the credits', async () => {
      const answer = await set('usage');
      expect(textOf(answer)).toContain('Credits: $12.35, plus $0.00 free');
      expect(labelsOf(answer)).toEqual([]);
    });

    it.each([
      ['hangs', { hang: true } as const],
      ['refuses', { respond: { status: 403, body: { error: 'Your billing team is SG_secret' } } }],
    ])('omits them when Segmind %s', async (_, fault) => {
      bed.segmind.script({ on: 'credits', ...fault });
      const answer = await set('usage');
      expect(textOf(answer)).toContain("didn't say how many credits are left");
      expect(textOf(answer)).not.toMatch(/secret|billing/);
      expect(files(answer)).toHaveLength(2);
    });

    it('says why nothing is submitted, and lets only moderators check again', async () => {
      bed.segmind.setCredits(0);
      expect(textOf(await ended(await paint()))).toContain('out of Segmind credits');
      const answer = await set('usage');
      expect(textOf(answer)).toContain('On hold.');
      expect(textOf(answer)).toContain('out of Segmind credits');

      const still = await bed.member('moderator').press(answer, 'Check again');
      expect(textOf(await answerTo(still, answer))).toContain('nothing has changed');
      const customId = `check-again:${bed.discord.guild.id}`;
      const mallory = await (await bed.member('mallory').pressCustomId(customId)).waitForReply();
      expect(textOf(mallory)).toContain(MODERATORS_ONLY);
      const elsewhere = bed.discord.createGuild();
      const visitor = bed.discord.createUser('visitor');
      elsewhere.join(visitor, { administrator: true });
      const stranger = bed.discord.actor(visitor, elsewhere.channel('general'));
      const refused = await (await stranger.pressCustomId(customId)).waitForReply();
      expect(textOf(refused)).toContain("don't know this command or button");

      bed.segmind.setCredits(5);
      const pressed = await bed.member('moderator').press(answer, 'Check again');
      expect(textOf(await answerTo(pressed, answer))).toContain('Segmind is accepting requests again.');
      await imageReply(await paint());
      expect(labelsOf(await set('usage'))).toEqual([]);
    });

    it('tries one image when that is the only way to find out', async () => {
      const error = 'Spend limit reached for this account';
      bed.segmind.script({ on: 'submit', respond: { status: 406, body: { error } } });
      expect(textOf(await ended(await paint()))).toContain('reached the spending limit');
      expect(await refusal()).toContain('reached the spending limit');
      const answer = await set('usage');
      const pressed = await bed.member('moderator').press(answer, 'Check again');
      expect(textOf(await answerTo(pressed, answer))).toContain("I'll try with the next request");
      await imageReply(await paint());
      expect(labelsOf(await set('usage'))).toEqual([]);
    });
  });
});

describe('a member who is not a moderator', () => {
  it.each([
    ['channels deny', 'channel'],
    ['channels list', undefined],
    ['filter list', undefined],
    ['filter test', 'text'],
    ['block list', undefined],
    ['usage', undefined],
  ])('is refused a forged %s', async (path, option) => {
    const [group, subcommand] = path.split(' ');
    const where = subcommand === undefined ? { subcommand: group } : { group, subcommand };
    const mallory = bed.member('mallory');
    const options = option === undefined ? {} : { [option]: channel('general').id };
    const reply = await (await mallory.command(COMMAND, options, { ...where, force: true })).waitForReply();
    expect(textOf(reply)).toContain(MODERATORS_ONLY);
    expect(reply.ephemeralFor).toBe(mallory.user.id);
  });

  it.each([
    ['channels remove', 'channel'],
    ['filter remove', 'word'],
    ['block remove', 'blocked'],
    ['usage', 'month'],
  ])('gets no suggestions in %s', async (path, option) => {
    expect(await offered(path, option, '', 'mallory')).toEqual([]);
  });
});
