import { html, nothing, type TemplateResult } from 'lit';
import type { Attachment } from '../../protocol.ts';
import type { PageContext } from '../page-context.ts';

/** A message's files: images in Discord's grid, up to four as the bot sends them, and other files below. */
export function attachmentsView(
  attachments: readonly Attachment[],
  page: PageContext,
): TemplateResult | typeof nothing {
  if (attachments.length === 0) return nothing;
  const images = attachments.filter(({ contentType }) => contentType.startsWith('image/'));
  const others = attachments.filter((attachment) => !images.includes(attachment));
  return html`<div class="attachments">
    ${
      images.length > 0
        ? html`<div class="gallery of-${images.length}">${images.map((image) => imageView(image, page))}</div>`
        : nothing
    }
    ${others.map(
      ({ url, filename, size }) => html`<a class="file" href=${url} download=${filename}>
        <strong>${filename}</strong><small class="file-size">${Math.ceil(size / 1024)} KiB</small>
      </a>`,
    )}
  </div>`;
}

function imageView(attachment: Attachment, page: PageContext): TemplateResult {
  const { url, description, filename, spoiler } = attachment;
  const open = ({ currentTarget }: Event) => {
    // Safe cast: only this button has the listener.
    const button = currentTarget as HTMLButtonElement;
    if (button.classList.contains('hidden')) button.classList.remove('hidden');
    else page.openImage(attachment);
  };
  return html`<button class=${spoiler ? 'image hidden' : 'image'} @click=${open}>
    <img src=${url} alt=${description ?? filename} />
    ${spoiler ? html`<span class="cover">SPOILER</span>` : nothing}
  </button>`;
}
