import { html, nothing, type TemplateResult } from 'lit';
import type { Message } from '../../protocol.ts';
import { formatTime } from '../markdown/format-time.ts';
import { markdownView } from '../markdown/markdown-view.ts';
import type { PageContext } from '../page-context.ts';
import { attachmentsView } from './attachments-view.ts';
import { componentsView } from './components-view.ts';
import { embedView } from './embed-view.ts';

/** One message as its reader sees it. */
export function messageView(message: Message, page: PageContext): TemplateResult {
  const { id, author, isEphemeral, isThinking, isEdited, createdAtMs } = message;
  const time = formatTime(createdAtMs, 't', { nowMs: Date.now(), locale: page.state.me.locale });
  return html`<article
    class=${isEphemeral ? 'message ephemeral' : 'message'}
    data-message-id=${id}
    aria-label="Message from ${author.displayName}, ${time}"
  >
    ${commandView(message)}
    <img class="avatar" src="/avatars/${author.username}.svg" alt="" />
    <div class="body">
      <div class="author">
        <strong>${author.displayName}</strong>${author.isBot ? html`<b class="badge">APP</b>` : nothing}
        <time datetime=${new Date(createdAtMs).toISOString()}>${time}</time>
        ${isEphemeral ? nothing : menuView(message, page)}
      </div>
      ${
        isThinking
          ? html`<span class="thinking"><i></i><i></i><i></i> ${author.displayName} is thinking...</span>`
          : markdownView(message.content, page)
      }
      ${attachmentsView(message.attachments, page)} ${message.embeds.map((embed) => embedView(embed, page))}
      ${isEdited ? html`<small class="note">(edited)</small>` : nothing} ${componentsView(message, page)}
      ${
        isEphemeral
          ? html`<p class="note">
              Only you can see this ·
              <button class="link" @click=${() => page.dismiss(id)}>Dismiss message</button>
            </p>`
          : nothing
      }
    </div>
  </article>`;
}

function commandView({ command }: Message): TemplateResult | typeof nothing {
  if (!command) return nothing;
  return html`<p class="used">
    <img src="/avatars/${command.username}.svg" alt="" /> <strong>${command.displayName}</strong> used
    <span class="mention">/${command.name}</span>
  </p>`;
}

/** The commands that Discord's client offers below Apps in the menu of a message. */
function menuView({ id }: Message, page: PageContext): TemplateResult | typeof nothing {
  const { menus } = page.state;
  if (menus.length === 0) return nothing;
  const use = (name: string) => (event: Event) => {
    // Safe cast: only buttons have this listener.
    (event.currentTarget as HTMLElement).closest('details')?.removeAttribute('open');
    page.run({ do: 'menu', messageId: id, name });
  };
  return html`<details class="menu">
    <summary aria-label="Apps">⋯</summary>
    <div>${menus.map((name) => html`<button class="link" @click=${use(name)}>${name}</button>`)}</div>
  </details>`;
}
