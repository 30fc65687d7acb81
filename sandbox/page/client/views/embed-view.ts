import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Embed } from '../../protocol.ts';
import { formatTime } from '../markdown/format-time.ts';
import { inlineView, markdownView } from '../markdown/markdown-view.ts';
import type { PageContext } from '../page-context.ts';
import { fieldRows } from './field-rows.ts';

/** One embed, in the order of Discord's client. */
export function embedView(embed: Embed, page: PageContext): TemplateResult {
  const { title, url, description, color, fields = [], author, footer, image, thumbnail, timestamp } = embed;
  const when = timestamp && formatTime(Date.parse(timestamp), 'f', { nowMs: Date.now(), locale: page.state.me.locale });
  const small = [footer?.text, when].filter((text) => text).join(' · ');
  const heading = title && inlineView(title, page);
  return html`<div class=${thumbnail ? 'embed with-thumbnail' : 'embed'}>
    ${colourBar(color)} ${author ? html`<strong class="embed-author">${author.name}</strong>` : nothing}
    ${
      heading
        ? html`<strong class="embed-title"
            >${
              url && /^https?:\/\//i.test(url)
                ? html`<a href=${url} target="_blank" rel="noopener noreferrer">${heading}</a>`
                : heading
            }</strong
          >`
        : nothing
    }
    ${description ? html`<div class="embed-text">${markdownView(description, page)}</div>` : nothing}
    ${fieldRows(fields).map(
      (row) => html`<div class="fields of-${row.length}">
        ${row.map(
          ({ name, value }) => html`<div>
            <strong class="field-name">${inlineView(name, page)}</strong>
            <div class="embed-text">${markdownView(value, page)}</div>
          </div>`,
        )}
      </div>`,
    )}
    ${thumbnail ? imageButton(thumbnail.url, 'thumbnail', page) : nothing}
    ${image ? imageButton(image.url, 'image', page) : nothing}
    ${small === '' ? nothing : html`<small class="embed-footer">${small}</small>`}
  </div>`;
}

function imageButton(url: string, kind: 'image' | 'thumbnail', page: PageContext): TemplateResult {
  return html`<button class="embed-${kind}" aria-label="Open the ${kind}" @click=${() => page.openImage({ url, filename: kind })}>
    <img src=${url} alt="" />
  </button>`;
}

/** A drawing rather than a style, which the page's policy would refuse in an attribute. */
function colourBar(colour: number | undefined): TemplateResult {
  const fill = colour === undefined ? 'var(--line)' : `#${colour.toString(16).padStart(6, '0')}`;
  return html`<svg class="embed-colour" aria-hidden="true">
    ${svg`<rect width="4" height="100%" fill=${fill} />`}
  </svg>`;
}
