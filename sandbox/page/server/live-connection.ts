import type { WebSocket } from 'ws';
import type { Stack } from '../../session/stack.ts';
import type { FromPage, FromServer, PageState } from '../protocol.ts';
import { actionSchema } from './action-schema.ts';
import { countJobs } from './count-jobs.ts';
import { PageSession } from './page-session.ts';
import { createPageState } from './page-state.ts';

const POLL_INTERVAL_MS = 100;
const COUNT_INTERVAL_MS = 500;
/** Characters of an action as JSON: all fields of a form, with room for escapes. */
const MAX_ACTION_LENGTH = 50_000;

/** One open page: sends what changed, and performs what its member does. */
export class LiveConnection {
  readonly #socket: WebSocket;
  readonly #stack: Stack;
  readonly #session: PageSession;
  /** Each part of the state as it was last sent, as JSON. */
  readonly #sent = new Map<string, string>();
  #jobs: Record<string, number> = {};

  constructor(socket: WebSocket, stack: Stack) {
    this.#socket = socket;
    this.#stack = stack;
    this.#session = new PageSession(stack);
    const timers = [
      setInterval(() => this.#sendChanges(), POLL_INTERVAL_MS),
      setInterval(() => void this.#countJobs(), COUNT_INTERVAL_MS),
    ];
    socket.on('close', () => timers.forEach(clearInterval));
    // Such as a frame that is too large: the socket is then closed.
    socket.on('error', () => {});
    socket.on('message', (data) => void this.#receive(String(data)));
    this.#sendChanges();
  }

  async #receive(text: string): Promise<void> {
    const read = readAction(text);
    if (!read) {
      this.#socket.close(1008, 'not an action');
      return;
    }
    const { id, ...action } = read;
    const isTooLong = text.length > MAX_ACTION_LENGTH;
    const outcome = isTooLong ? { problem: 'the text is too long' } : await this.#session.perform(action);
    // What it changed arrives first, so that the page never shows an outcome without it.
    this.#sendChanges();
    this.#send({ id, outcome });
  }

  #sendChanges(): void {
    const state = createPageState(this.#stack, this.#session.viewer, this.#jobs);
    const changed = Object.entries(state).filter(([part, value]) => {
      const json = JSON.stringify(value);
      if (this.#sent.get(part) === json) return false;
      this.#sent.set(part, json);
      return true;
    });
    // Safe cast: these are parts of a PageState.
    if (changed.length > 0) this.#send({ changes: Object.fromEntries(changed) as Partial<PageState> });
  }

  async #countJobs(): Promise<void> {
    this.#jobs = (await countJobs(this.#stack.databaseUrl)) ?? this.#jobs;
  }

  #send(message: FromServer): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

function readAction(text: string): FromPage | undefined {
  try {
    return actionSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
