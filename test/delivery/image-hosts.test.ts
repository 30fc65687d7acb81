import { expect, it } from 'vitest';
import { discordImageHosts } from '../../src/delivery/image-hosts.ts';

it.each([
  ['https://discord.com/api', ['cdn.discordapp.com', 'media.discordapp.net']],
  ['http://127.0.0.1:4000/api', ['cdn.discordapp.com', 'media.discordapp.net', '127.0.0.1:4000']],
  ['https://proxy.example/api', ['cdn.discordapp.com', 'media.discordapp.net']],
])('with the API at %s, files are loaded from %j alone', (apiUrl, hosts) => {
  expect(discordImageHosts(apiUrl)).toEqual(hosts);
});
