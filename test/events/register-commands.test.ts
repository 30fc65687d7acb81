import { createServer, type Server } from 'node:http';
import { REST } from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import { CommandStore } from '../../sandbox/discord/command-store.ts';
import { type Registration, registrations } from '../../src/commands/index.ts';
import { listCommands } from '../../src/events/command-scope.ts';
import { registerCommands } from '../../src/events/register-commands.ts';

const GUILD_ID = '1000000000000000001';

type Json = Record<string, unknown>;

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

/** Registers commands, by default ours, at a Discord that has `list`. @returns the new list, if it was replaced */
async function putBodyFor(
  list: unknown,
  guildId?: string,
  bodies: readonly Registration[] = registrations,
): Promise<unknown> {
  let body: unknown;
  const opened = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      if (request.method === 'PUT') body = JSON.parse(text);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list));
    });
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  const address = opened.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address with a port');
  const rest = new REST({ api: `http://127.0.0.1:${address.port}`, retries: 0 }).setToken('x');
  const scope = { applicationId: '1', guildId };
  await registerCommands(rest, scope, bodies, await listCommands(rest, scope));
  opened.close();
  opened.closeAllConnections();
  return body;
}

/** The commands as Discord returns them: with ids and defaults of its own, and without default values. */
function readBack(guildId?: string, commands: readonly Registration[] = registrations): Json[] {
  const bodies = commands.map((command) => {
    const { contexts, integration_types, ...rest } = command;
    return guildId === undefined ? command : rest;
  });
  // Safe cast: the bot's commands are bodies of Discord's API, which the store accepts, and it holds JSON.
  return JSON.parse(JSON.stringify(new CommandStore('1').replace(guildId, bodies as never))) as Json[];
}

/** The path of every value in a command's data that Discord's copy has too. */
function pathsOf(ours: unknown, copy: unknown, path: string[] = []): string[][] {
  if (typeof ours !== 'object' || ours === null || typeof copy !== 'object' || copy === null) return [];
  return Object.keys(ours)
    .filter((key) => key in copy)
    .flatMap((key) => {
      const place = [...path, key];
      return [place, ...pathsOf(Reflect.get(ours, key), Reflect.get(copy, key), place)];
    });
}

/** The list with one value of its first command changed. */
function changedAt(path: string[], change: (parent: object, key: string) => void): Json[] {
  const list = readBack();
  const parent = path.slice(0, -1).reduce<unknown>((part, key) => Reflect.get(Object(part), key), list[0]);
  change(Object(parent), path.at(-1) ?? '');
  return list;
}

const places = pathsOf(registrations[0], readBack()[0]);
/** Values whose absence means something: a command without a type is a chat input command. */
const tellingPlaces = places.filter((path) => path.join('.') !== 'type');

describe('registering the commands', () => {
  it('does nothing when Discord has them, with all that it adds of its own', async () => {
    expect(await putBodyFor(readBack())).toBeUndefined();
    expect(await putBodyFor(readBack(GUILD_ID), GUILD_ID)).toBeUndefined();
    const globals = readBack(GUILD_ID).map((command) => ({ ...command, contexts: null, integration_types: [0] }));
    expect(await putBodyFor(globals, GUILD_ID)).toBeUndefined();
  });

  it('does nothing when Discord has a menu, which it gives an empty description', async () => {
    const menu: Registration = { type: 3, name: 'Image details', contexts: [0, 1], integration_types: [0] };
    for (const guildId of [undefined, GUILD_ID]) {
      expect(await putBodyFor(readBack(guildId, [menu]), guildId, [menu])).toBeUndefined();
      const other = { ...menu, name: 'Other' };
      expect(await putBodyFor(readBack(guildId, [other]), guildId, [menu])).toMatchObject([{ name: menu.name }]);
    }
  });

  it('replaces the list when Discord has none, or one too many', async () => {
    const ours = JSON.parse(JSON.stringify(registrations));
    expect(await putBodyFor([])).toEqual(ours);
    expect(await putBodyFor([...readBack(), { ...readBack()[0], name: 'other', id: '9' }])).toEqual(ours);
  });

  it('keeps the Entry Point command, as it was sent, and never replaces the list because of it', async () => {
    const sent = { type: 4, name: 'launch', name_localizations: { de: 'start' }, handler: 2, contexts: [0] };
    const launch = { ...sent, id: '9', application_id: '1', version: '3', dm_permission: false };
    const ours = JSON.parse(JSON.stringify(registrations));
    expect(await putBodyFor([launch])).toEqual([...ours, sent]);
    expect(await putBodyFor([launch, ...readBack()])).toBeUndefined();
  });

  it('tests more than a hundred values that could differ', () => {
    expect(places.length).toBeGreaterThan(100);
  });

  it('treats a command without a type as one of the type that Discord gives it', async () => {
    const list = readBack().map((command) => ({ ...command, type: undefined }));
    expect(await putBodyFor(list)).toBeUndefined();
  });

  it('replaces the list when any value is missing at Discord', async () => {
    for (const path of tellingPlaces) {
      const list = changedAt(path, (parent, key) => {
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else Reflect.deleteProperty(parent, key);
      });
      expect(await putBodyFor(list), `without ${path.join('.')}`).toBeDefined();
    }
  });

  it('replaces the list when any value differs at Discord', async () => {
    for (const path of places) {
      const list = changedAt(path, (parent, key) => Reflect.set(parent, key, 'something else'));
      expect(await putBodyFor(list), `other ${path.join('.')}`).toBeDefined();
    }
  });

  it.each<[string[], unknown]>([
    [['nsfw'], true],
    [['default_member_permissions'], '8'],
    [['name_localizations'], { de: 'zeitlos' }],
    [['description_localizations'], { de: 'Malt ein Bild' }],
    [['options', '1', 'required'], true],
    [['options', '1', 'min_length'], 1],
    [['options', '5', 'autocomplete'], true],
    [['options', '9', 'choices'], [{ name: 'one', value: 1 }]],
    [['options', '2', 'choices', '7'], { name: 'huge', value: 'huge' }],
    [['options', '11'], { type: 3, name: 'style', description: 'from an earlier version' }],
    [['contexts', '2'], 2],
  ])('replaces the list when Discord still has %j as %j', async (path, value) => {
    const list = changedAt(path, (parent, key) => Reflect.set(parent, key, value));
    expect(await putBodyFor(list)).toBeDefined();
  });
});
