import type { CommandBody } from '../command-store.ts';
import { ApiError } from '../errors.ts';
import { validatedBody } from '../message-body.ts';
import { param, type Route, type RouteRequest, snowflakeParam } from '../routing.ts';
import type { State } from '../state.ts';
import type { ApplicationCommand } from '../types.ts';

/** The routes that register commands, globally and for one guild. */
export function commandRoutes(state: State): Route[] {
  return ['/applications/:application/commands', '/applications/:application/guilds/:guild/commands'].flatMap((path) =>
    routesOf(state, path),
  );
}

function routesOf(state: State, path: string): Route[] {
  const { commands } = state;
  const authorization = 'bot';
  const bucket = { name: path, limit: 20, windowMs: 5_000 };
  const withId = `${path}/:command`;
  return [
    {
      method: 'GET',
      path,
      authorization,
      bucket,
      handle: (request) => {
        const list = commands.in(scopeOf(state, request));
        const full = request.query['with_localizations'] === 'true';
        return { status: 200, body: full ? list : list.map(withoutLocalizations) };
      },
    },
    {
      method: 'PUT',
      path,
      authorization,
      bucket,
      handle: (request) => {
        const scope = scopeOf(state, request);
        return {
          status: 200,
          body: commands.replace(scope, validatedBody<CommandBody[]>('commands', request.body, [])),
        };
      },
    },
    {
      method: 'POST',
      path,
      authorization,
      bucket,
      handle: (request) => {
        const scope = scopeOf(state, request);
        const { command, created } = commands.upsert(scope, validatedBody<CommandBody>('command', request.body, []));
        return { status: created ? 201 : 200, body: command };
      },
    },
    {
      method: 'GET',
      path: withId,
      authorization,
      bucket,
      handle: (request) => ({
        status: 200,
        body: commands.get(scopeOf(state, request), param(request, 'command')),
      }),
    },
    {
      method: 'PATCH',
      path: withId,
      authorization,
      bucket,
      handle: (request) => {
        const scope = scopeOf(state, request);
        const { name, name_localizations, type, description, description_localizations, handler, options } =
          commands.get(scope, param(request, 'command'));
        // The unchanged parts count towards the character limit too.
        const before = {
          name,
          name_localizations,
          type,
          description,
          description_localizations,
          ...(handler ? { handler } : {}),
        };
        const change = request.body as Partial<CommandBody>;
        validatedBody<CommandBody>('command', { ...before, ...(options ? { options } : {}), ...change }, []);
        return { status: 200, body: commands.patch(scope, param(request, 'command'), change) };
      },
    },
    {
      method: 'DELETE',
      path: withId,
      authorization,
      bucket,
      handle: (request) => {
        commands.remove(scopeOf(state, request), param(request, 'command'));
        return { status: 204 };
      },
    },
  ];
}

/** The guild in the path, `undefined` for global commands. */
function scopeOf(state: State, request: RouteRequest): string | undefined {
  if (param(request, 'application') !== state.applicationId) throw new ApiError('unknownApplication');
  if (request.params['guild'] === undefined) return undefined;
  const guild = snowflakeParam(request, 'guild');
  const known = state.world.findGuild(guild);
  if (!known?.hasCommands) throw new ApiError('missingAccess');
  return guild;
}

function withoutLocalizations<T extends Partial<ApplicationCommand>>(command: T): T {
  return JSON.parse(JSON.stringify(command, (key, value) => (key.endsWith('_localizations') ? undefined : value)));
}
