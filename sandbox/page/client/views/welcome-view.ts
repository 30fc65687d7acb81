import { html, type TemplateResult } from 'lit';
import type { PageContext } from '../page-context.ts';

const PROMPTS = [
  '/timeless prompt:a red rose in a golden field seed:7',
  '/timeless prompt:a lighthouse at night, oil on canvas samples:2 seed:1962',
  '/timeless prompt:four seasons in a blue and green valley samples:4 seed:4 size:1152x896',
];

/** The beginning of a channel, with prompts to press for a first image. */
export function welcomeView(name: string, page: PageContext): TemplateResult {
  return html`<header class="welcome">
    <h1>Welcome to ${name}!</h1>
    <p>
      The bot is the real one. Discord and Segmind are stand-ins on this machine: no account, no cost. Type
      <code>/</code> below, or press one of these:
    </p>
    <ul>
      ${PROMPTS.map(
        (text) => html`<li>
          <button class="prompt" ?disabled=${page.state.bot.state !== 'running'} @click=${() => page.run({ do: 'command', text })}>
            ${text}
          </button>
        </li>`,
      )}
    </ul>
  </header>`;
}
