import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Action, Attachment, Modal, Outcome, PageState } from '../protocol.ts';
import { Connection } from './connection.ts';
import type { PageContext } from './page-context.ts';
import { imageView } from './views/image-view.ts';
import { messageView } from './views/message-view.ts';
import { modalView } from './views/modal-view.ts';
import { navigationView } from './views/navigation-view.ts';
import { panelView } from './views/panel-view.ts';
import { welcomeView } from './views/welcome-view.ts';
import './composer.ts';

const TICK_MS = 1_000;
/** How far from its end the list of messages still follows new ones. */
const NEAR_END_PX = 120;

/** The whole page: places on the left, the channel in the middle, what happens behind it on the right. */
class SandboxPage extends LitElement implements PageContext {
  static override properties = {
    parts: { state: true },
    isOnline: { state: true },
    isLight: { state: true },
    drawer: { state: true },
    modal: { state: true },
    image: { state: true },
    note: { state: true },
    problem: { state: true },
    dismissed: { state: true },
  };
  declare private parts: Partial<PageState>;
  declare private isOnline: boolean;
  declare isLight: boolean;
  /** Which of the sides is open on a phone. */
  declare private drawer: 'places' | 'panel' | undefined;
  declare private modal: { modal: Modal; problem: string } | undefined;
  declare private image: Pick<Attachment, 'url' | 'description' | 'filename'> | undefined;
  declare private note: string;
  declare private problem: string;
  declare private dismissed: ReadonlySet<string>;
  #connection: Connection | undefined;
  #wasAtEnd = true;

  constructor() {
    super();
    this.parts = {};
    this.isOnline = false;
    this.isLight = matchMedia('(prefers-color-scheme: light)').matches;
    this.note = '';
    this.problem = '';
    this.dismissed = new Set();
  }

  /** Complete from the first message of the server on, and rendered only then. */
  get state(): PageState {
    return this.parts as PageState;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#connection = new Connection(
      (changes) => {
        this.parts = { ...this.parts, ...changes };
      },
      (isOpen) => {
        this.isOnline = isOpen;
        if (isOpen) this.#restoreMember();
      },
    );
    setInterval(() => this.requestUpdate(), TICK_MS);
  }

  /** A new connection starts as the sandbox's usual member. */
  #restoreMember(): void {
    const { me } = this.parts;
    if (me) void this.perform({ do: 'switch', user: me.username, locale: me.locale, place: me.place });
  }

  async perform(action: Action): Promise<Outcome> {
    return (await this.#connection?.perform(action)) ?? {};
  }

  async run(action: Action): Promise<void> {
    this.problem = '';
    if (action.do === 'switch') this.drawer = undefined;
    const { modal, problem = '', note } = await this.perform(action);
    if (modal) this.modal = { modal, problem: '' };
    this.problem = problem;
    if (note !== undefined) this.note = note;
  }

  openImage(image: Pick<Attachment, 'url' | 'description' | 'filename'>): void {
    this.image = image;
  }

  dismiss(messageId: string): void {
    this.dismissed = new Set([...this.dismissed, messageId]);
  }

  override willUpdate(): void {
    const list = this.querySelector('.messages');
    this.#wasAtEnd = !list || list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  }

  override updated(changed: PropertyValues): void {
    document.documentElement.dataset['theme'] = this.isLight ? 'light' : 'dark';
    const list = this.querySelector('.messages');
    if (list && changed.has('parts') && this.#wasAtEnd) list.scrollTop = list.scrollHeight;
    for (const dialog of this.querySelectorAll('dialog')) if (!dialog.open) dialog.showModal();
  }

  override render() {
    if (this.parts.me === undefined) return html`<p class="banner" role="status">Waiting for the sandbox...</p>`;
    const { me, servers, messages, bot } = this.state;
    const channel = servers.flatMap(({ channels }) => channels).find(({ id }) => id === me.place);
    const name = channel ? `#${channel.name}` : '@Timeless';
    const shown = messages.filter(({ id }) => !this.dismissed.has(id));
    const toggle = (drawer: 'places' | 'panel') => () => {
      this.drawer = this.drawer === drawer ? undefined : drawer;
    };
    return html`<div class="layout ${this.drawer ?? ''}">
      ${navigationView(this, () => {
        this.isLight = !this.isLight;
      })}
      <main>
        <div class="bar">
          <button class="button secondary drawer" aria-expanded=${this.drawer === 'places'} @click=${toggle('places')}>Places</button>
          <strong>${name}</strong> <span>as ${me.username}</span>
          <button class="button secondary drawer" aria-expanded=${this.drawer === 'panel'} @click=${toggle('panel')}>Panel</button>
        </div>
        ${this.#banner(bot.state)}
        <div class="messages" role="log" aria-label="Messages in ${name}" tabindex="0" @load=${this.#followImages}>
          ${welcomeView(name, this)}
          ${repeat(
            shown,
            ({ id }) => id,
            (message) => messageView(message, this),
          )}
        </div>
        <p class="problem" role="alert">${this.problem}</p>
        <sandbox-composer .page=${this} placeholder="Message ${name}"></sandbox-composer>
      </main>
      ${panelView(this, this.note, Date.now())}
      ${this.#dialogs()}
    </div>`;
  }

  #banner(state: PageState['bot']['state']) {
    const text = this.isOnline
      ? {
          starting: 'The bot is connecting...',
          stopped: 'The bot has stopped. Start it again in the panel.',
          running: '',
        }[state]
      : 'The sandbox has ended. Start it again: npm run sandbox';
    return html`<p class="banner" role="status" ?hidden=${text === ''}>${text}</p>`;
  }

  /** An image takes its space only when it has loaded. */
  #followImages = {
    capture: true,
    handleEvent: () => {
      const list = this.querySelector('.messages');
      if (list && this.#wasAtEnd) list.scrollTop = list.scrollHeight;
    },
  };

  #dialogs() {
    const { modal, image } = this;
    return html`${
      modal
        ? // One form for each modal: another must not inherit what was typed.
          keyed(
            modal.modal.interactionId,
            html`<dialog aria-label=${modal.modal.title} @close=${() => this.#forgetModal(modal.modal)}>
              ${modalView(modal.modal, modal.problem, this, (fields, dialog) => void this.#submitModal(modal.modal, fields, dialog))}
            </dialog>`,
          )
        : nothing
    }
    ${
      image
        ? imageView(image, () => {
            this.image = undefined;
          })
        : nothing
    }`;
  }

  /** After a dialog has closed, another one may be open already. */
  #forgetModal(modal: Modal): void {
    if (this.modal?.modal === modal) this.modal = undefined;
  }

  async #submitModal(
    modal: Modal,
    fields: Record<string, string | string[]>,
    dialog: HTMLDialogElement | null,
  ): Promise<void> {
    const { problem, modal: next } = await this.perform({ do: 'submit', interactionId: modal.interactionId, fields });
    if (problem !== undefined) {
      if (this.modal?.modal === modal) this.modal = { modal, problem };
      return;
    }
    // Closing the dialog, rather than removing it, gives the focus back.
    dialog?.close();
    if (next) this.modal = { modal: next, problem: '' };
  }
}

customElements.define('sandbox-page', SandboxPage);
