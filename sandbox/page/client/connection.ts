import type { Action, FromServer, Outcome, PageState } from '../protocol.ts';

const RECONNECT_MS = 1_000;

/** The websocket to the sandbox; it connects again when the sandbox was restarted. */
export class Connection {
  readonly #onChange: (changes: Partial<PageState>) => void;
  readonly #onOpen: (isOpen: boolean) => void;
  readonly #pending = new Map<number, (outcome: Outcome) => void>();
  #socket: WebSocket | undefined;
  #nextId = 1;

  constructor(onChange: (changes: Partial<PageState>) => void, onOpen: (isOpen: boolean) => void) {
    this.#onChange = onChange;
    this.#onOpen = onOpen;
    this.#connect();
  }

  perform(action: Action): Promise<Outcome> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.resolve({ problem: 'The sandbox has ended.' });
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      socket.send(JSON.stringify({ id, ...action }));
    });
  }

  #connect(): void {
    const socket = new WebSocket(`ws://${location.host}/live`);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#onOpen(true));
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data))));
    socket.addEventListener('close', () => {
      for (const resolve of this.#pending.values()) resolve({ problem: 'The sandbox has ended.' });
      this.#pending.clear();
      this.#onOpen(false);
      setTimeout(() => this.#connect(), RECONNECT_MS);
    });
  }

  #receive(message: FromServer): void {
    if ('changes' in message) {
      this.#onChange(message.changes);
      return;
    }
    this.#pending.get(message.id)?.(message.outcome);
    this.#pending.delete(message.id);
  }
}
