import { afterEach, beforeEach, expect, it } from 'vitest';
import { DiscordSandbox } from '../../sandbox/discord/index.ts';
import { addPlaces } from '../../sandbox/session/add-places.ts';
import { Viewer } from '../../sandbox/session/viewer.ts';

let discord: DiscordSandbox;
let viewer: Viewer;

beforeEach(async () => {
  discord = await DiscordSandbox.start();
  addPlaces(discord);
  viewer = new Viewer(discord);
});
afterEach(() => discord.close());

/** A channel of the second server, of which mallory isn't a member. */
function workshop() {
  const channel = discord.guilds[1]?.channels.find(({ type }) => type === 0);
  if (!channel) throw new Error('the second server has no channel');
  return channel;
}

it('stays in a channel that the next member sees', () => {
  viewer.switchChannel(workshop().id);
  viewer.switchUser('bob');
  expect(viewer.place).toBe(workshop());
  viewer.switchChannel('dm');
  viewer.switchUser('mallory');
  expect(viewer.place).toBe('dm');
});

it('leaves a channel that the next member does not see for the first one that they do', () => {
  viewer.switchChannel(workshop().id);
  viewer.switchUser('mallory');
  expect(viewer.place).toBe(discord.guild.channel('general'));
});

it('sees no messages of a channel that the member does not see', () => {
  discord.say('alice', workshop(), 'hello');
  viewer.switchUser('mallory');
  viewer.switchChannel(workshop().id);
  expect(viewer.visibleMessages()).toEqual([]);
  viewer.switchUser('alice');
  viewer.switchChannel(workshop().id);
  expect(viewer.visibleMessages()).toHaveLength(1);
});
