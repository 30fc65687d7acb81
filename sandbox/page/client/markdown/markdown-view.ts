import { html, type TemplateResult } from 'lit';
import type { PageContext } from '../page-context.ts';
import { formatTime } from './format-time.ts';
import { type Block, parseBlocks } from './parse-blocks.ts';
import { type Inline, parseInline } from './parse-inline.ts';
import '../relative-time.ts';

/** A message's text as Discord's client shows it. Lit inserts every piece as text, so that nothing in it becomes markup. */
export function markdownView(text: string, page: PageContext): TemplateResult[] {
  return parseBlocks(text).map((block) => blockView(block, page));
}

/** A text without blocks, such as the title of an embed. */
export function inlineView(text: string, page: PageContext): unknown[] {
  return parseInline(text).map((piece) => pieceView(piece, page));
}

function blockView(block: Block, page: PageContext): TemplateResult {
  switch (block.kind) {
    case 'paragraph':
      return html`<span class="text">${block.children.map((piece) => pieceView(piece, page))}</span>`;
    case 'subtext':
      return html`<small class="subtext">${block.children.map((piece) => pieceView(piece, page))}</small>`;
    case 'heading':
      // Bold lines rather than headings, which would break the outline of the page.
      return html`<strong class="heading level-${block.level}">${block.children.map((piece) => pieceView(piece, page))}</strong>`;
    case 'quote':
      return html`<blockquote>${block.blocks.map((inner) => blockView(inner, page))}</blockquote>`;
    case 'item':
      return html`<span class="item depth-${Math.min(block.depth, 3)}"
        ><span>${block.marker}</span><span>${block.children.map((piece) => pieceView(piece, page))}</span></span
      >`;
    case 'codeBlock':
      return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
    default:
      return block satisfies never;
  }
}

function pieceView(piece: Inline, page: PageContext): unknown {
  switch (piece.kind) {
    case 'text':
      return piece.text;
    case 'code':
      return html`<code>${piece.text}</code>`;
    case 'bold':
      return html`<strong>${inner(piece.children, page)}</strong>`;
    case 'italic':
      return html`<em>${inner(piece.children, page)}</em>`;
    case 'underline':
      return html`<u>${inner(piece.children, page)}</u>`;
    case 'strike':
      return html`<s>${inner(piece.children, page)}</s>`;
    case 'spoiler':
      return html`<button class="spoiler" aria-label="Spoiler" @click=${reveal}
        ><span>${inner(piece.children, page)}</span></button
      >`;
    case 'link':
      return html`<a href=${piece.url} target="_blank" rel="noopener noreferrer">${inner(piece.children, page)}</a>`;
    case 'mention':
      return html`<span class="mention">${nameOf(piece.of, piece.id, page)}</span>`;
    case 'command':
      return html`<span class="mention">/${piece.name}</span>`;
    case 'time':
      return timeView(piece.atMs, piece.style, page);
    default:
      return piece satisfies never;
  }
}

function inner(children: readonly Inline[], page: PageContext): unknown[] {
  return children.map((child) => pieceView(child, page));
}

function reveal({ currentTarget }: Event): void {
  // Safe cast: only buttons have this listener.
  const spoiler = currentTarget as HTMLButtonElement;
  spoiler.classList.add('shown');
  spoiler.removeAttribute('aria-label');
}

function timeView(atMs: number, style: string, { state: { me } }: PageContext): TemplateResult {
  const { locale } = me;
  if (style === 'R') return html`<relative-time class="time" at-ms=${atMs} locale=${locale}></relative-time>`;
  return html`<span class="time">${formatTime(atMs, style, { nowMs: Date.now(), locale })}</span>`;
}

function nameOf(of: 'user' | 'role' | 'channel', id: string, { state: { directory } }: PageContext): string {
  return (
    directory[`${of}s`].find((named) => named.id === id)?.name ??
    { user: '@unknown-user', role: '@deleted-role', channel: '#unknown' }[of]
  );
}
