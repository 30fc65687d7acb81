import { html, LitElement, nothing, type PropertyValues } from 'lit';
import type { Completion } from '../protocol.ts';
import type { PageContext } from './page-context.ts';

const NOTHING: Completion = { fragment: '', candidates: [] };
const NO_CHOICE = -1;
/** Both prompts of a command may have 6,000 characters together. */
const MAX_TEXT_LENGTH = 8_000;

/**
 * The line in which a member types. It offers commands, subcommands, options, choices and the bot's suggestions;
 * Tab takes the marked one, or the first.
 */
class SandboxComposer extends LitElement {
  static override properties = {
    page: { attribute: false },
    placeholder: {},
    text: { state: true },
    completion: { state: true },
    marked: { state: true },
    problem: { state: true },
  };
  declare page: PageContext;
  declare placeholder: string;
  declare private text: string;
  declare private completion: Completion;
  /** The index of the marked candidate. */
  declare private marked: number;
  declare private problem: string;
  /** Counts what was typed, since answers may overtake each other. */
  #typed = 0;

  constructor() {
    super();
    this.text = '';
    this.completion = NOTHING;
    this.marked = NO_CHOICE;
    this.problem = '';
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override updated(changed: PropertyValues): void {
    if (changed.has('marked')) this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  override render() {
    const { candidates, hint } = this.completion;
    const isOpen = candidates.length > 0;
    return html`
      <p class="problem" role="alert">${this.problem}</p>
      ${hint ? html`<p class="hint" id="composer-hint">${hint}</p>` : nothing}
      <ul class="candidates" id="candidates" role="listbox" aria-label="Suggestions" ?hidden=${!isOpen}>
        ${candidates.map(
          ({ text, description }, index) => html`<li
            id="candidate-${index}"
            role="option"
            aria-selected=${index === this.marked}
            @mousedown=${(event: Event) => event.preventDefault()}
            @click=${() => this.#take(index)}
          >
            <strong>${text.trim()}</strong><span>${description ?? ''}</span>
          </li>`,
        )}
      </ul>
      <form @submit=${this.#submit}>
        <input
          type="text"
          role="combobox"
          autocomplete="off"
          maxlength=${MAX_TEXT_LENGTH}
          spellcheck="false"
          aria-label=${this.placeholder}
          aria-expanded=${isOpen}
          aria-controls="candidates"
          aria-autocomplete="list"
          aria-activedescendant=${this.marked === NO_CHOICE ? nothing : `candidate-${this.marked}`}
          aria-describedby=${hint ? 'composer-hint' : nothing}
          placeholder=${this.placeholder}
          .value=${this.text}
          @input=${this.#type}
          @keydown=${this.#key}
        />
        <button class="button primary">Send</button>
      </form>
    `;
  }

  #type(event: Event): void {
    // Safe cast: only the input has this listener.
    this.#setText((event.target as HTMLInputElement).value);
  }

  #setText(text: string): void {
    this.text = text;
    this.problem = '';
    this.marked = NO_CHOICE;
    this.#typed += 1;
    void this.#complete(this.#typed);
  }

  async #complete(typed: number): Promise<void> {
    const isCommand = this.text.startsWith('/');
    const { completion = NOTHING } = isCommand ? await this.page.perform({ do: 'complete', text: this.text }) : {};
    if (typed === this.#typed) this.completion = completion;
  }

  #key(event: KeyboardEvent): void {
    const { candidates } = this.completion;
    if (candidates.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      const from = this.marked === NO_CHOICE && step < 0 ? 0 : this.marked;
      this.marked = (from + step + candidates.length) % candidates.length;
    } else if (event.key === 'Escape') {
      this.completion = NOTHING;
      this.marked = NO_CHOICE;
    } else if (event.key === 'Tab' && !event.shiftKey) {
      this.#take(Math.max(0, this.marked));
    } else if (event.key === 'Enter' && (this.marked !== NO_CHOICE || !this.text.includes(' '))) {
      this.#take(Math.max(0, this.marked));
    } else {
      return;
    }
    event.preventDefault();
  }

  #take(index: number): void {
    const candidate = this.completion.candidates[index];
    if (!candidate) return;
    const kept = this.text.slice(0, this.text.length - this.completion.fragment.length);
    this.#setText(kept + candidate.text);
    this.querySelector('input')?.focus();
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const text = this.text.trim();
    if (text === '') return;
    this.#setText('');
    const { problem } = await this.page.perform({ do: text.startsWith('/') ? 'command' : 'say', text });
    if (problem === undefined) return;
    // As in Discord's client, a refused command stays to be corrected, unless the member has typed on.
    if (this.text === '') this.text = text;
    this.problem = problem;
  }
}

customElements.define('sandbox-composer', SandboxComposer);
