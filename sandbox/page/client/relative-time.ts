import { formatTime } from './markdown/format-time.ts';

const TICK_MS = 1_000;

/** A timestamp that counts, as in Discord's client: `in 3 minutes`, `5 seconds ago`. */
class RelativeTime extends HTMLElement {
  static readonly observedAttributes = ['at-ms', 'locale'];
  #timer: ReturnType<typeof setInterval> | undefined;

  connectedCallback(): void {
    this.#timer = setInterval(() => this.#show(), TICK_MS);
    this.#show();
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
  }

  attributeChangedCallback(): void {
    this.#show();
  }

  #show(): void {
    const locale = this.getAttribute('locale') ?? 'en-US';
    this.textContent = formatTime(Number(this.getAttribute('at-ms')), 'R', { nowMs: Date.now(), locale });
  }
}

customElements.define('relative-time', RelativeTime);
