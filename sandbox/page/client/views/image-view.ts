import { html, type TemplateResult } from 'lit';
import type { Attachment } from '../../protocol.ts';
import { closeDialog } from './close-dialog.ts';

/** An image as large as the window allows; a click anywhere or Escape closes it. @param forget called when it has closed */
export function imageView(
  { url, description, filename }: Pick<Attachment, 'url' | 'description' | 'filename'>,
  forget: () => void,
): TemplateResult {
  return html`<dialog class="viewer" aria-label="Image" @close=${forget} @click=${closeDialog}>
    <img src=${url} alt=${description ?? filename} />
    <footer>
      <a href=${url} target="_blank" rel="noopener noreferrer">Open in a tab</a>
      <button class="button secondary">Close</button>
    </footer>
  </dialog>`;
}
