import { html, nothing, type TemplateResult } from 'lit';
import type { Channel, Server } from '../../protocol.ts';
import type { PageContext } from '../page-context.ts';
import { openPicker } from './open-picker.ts';

const CATEGORY = 4;
const THREAD = 11;
const LOCALES = ['en-US', 'en-GB', 'de', 'fr', 'es-ES', 'ja'];

/** Who I am, in which language, and all places: servers, channels and direct messages. */
export function navigationView(page: PageContext, toggleTheme: () => void): TemplateResult {
  const { me, members, servers } = page.state;
  const change = (key: 'user' | 'locale') => (event: Event) =>
    // Safe cast: only the two selects have this listener.
    page.run({ do: 'switch', [key]: (event.target as HTMLSelectElement).value });
  return html`<nav aria-label="Servers and channels">
    ${servers.map((server) => serverView(server, page))}
    <section>
      <h2>Direct messages</h2>
      ${placeView('dm', '@ Timeless', '', page)}
    </section>
    <section class="identity">
      <h2>You</h2>
      <label>
        Member
        <select @keydown=${openPicker} @change=${change('user')} .value=${me.username}>
          ${members.map(
            ({ username }) =>
              html`<option value=${username} ?selected=${username === me.username}>${username}</option>`,
          )}
        </select>
      </label>
      <label>
        Language
        <select @keydown=${openPicker} @change=${change('locale')}>
          ${LOCALES.map((locale) => html`<option ?selected=${locale === me.locale}>${locale}</option>`)}
        </select>
      </label>
      <button class="button secondary" aria-pressed=${page.isLight} @click=${toggleTheme}>Light theme</button>
    </section>
  </nav>`;
}

function serverView({ name, channels }: Server, page: PageContext): TemplateResult {
  const inOrder = channels
    .filter(({ parentId }) => parentId === undefined)
    .flatMap((channel) => [channel, ...descendants(channel, channels)]);
  return html`<section>
    <h2>${name}</h2>
    ${inOrder.map((channel) =>
      channel.type === CATEGORY
        ? html`<h3>${channel.name}</h3>`
        : placeView(channel.id, signOf(channel) + channel.name, channel.isAgeRestricted ? '18+' : '', page),
    )}
  </section>`;
}

function descendants({ id }: Channel, channels: readonly Channel[]): Channel[] {
  return channels
    .filter(({ parentId }) => parentId === id)
    .flatMap((channel) => [channel, ...descendants(channel, channels)]);
}

function signOf({ type }: Channel): string {
  return type === THREAD ? '↳ ' : '# ';
}

function placeView(place: string, name: string, mark: string, page: PageContext): TemplateResult {
  const isHere = page.state.me.place === place;
  return html`<button
    class="place"
    aria-current=${isHere ? 'page' : nothing}
    @click=${() => page.run({ do: 'switch', place })}
  >
    ${name}${mark ? html`<small>${mark}</small>` : nothing}
  </button>`;
}
