import { html, nothing, type TemplateResult } from 'lit';
import type { Component, Message } from '../../protocol.ts';
import type { PageContext } from '../page-context.ts';
import { choicesOf } from './choices-of.ts';

const BUTTON = 2;
const STYLES = ['', 'primary', 'secondary', 'success', 'danger', 'link-button'];

/** The rows of buttons and selects below a message. */
export function componentsView(message: Message, page: PageContext): TemplateResult[] {
  return message.components.map(
    ({ components = [] }) => html`<div class="row">
      ${components.map((component) =>
        component.type === BUTTON ? buttonView(component, message, page) : selectView(component, message, page),
      )}
    </div>`,
  );
}

function buttonView(button: Component, { id }: Message, page: PageContext): TemplateResult {
  const { custom_id: customId = '', style = 2, label = '', emoji, url, disabled = false } = button;
  const text = html`${emoji?.name ? `${emoji.name} ` : nothing}${label}`;
  if (url !== undefined && /^https?:\/\//i.test(url)) {
    return html`<a class="button link-button" href=${url} target="_blank" rel="noopener noreferrer">${text} ↗</a>`;
  }
  return html`<button
    class="button ${STYLES[style] ?? 'secondary'}"
    ?disabled=${disabled || url !== undefined}
    @click=${() => page.run({ do: 'press', messageId: id, customId })}
  >
    ${text}
  </button>`;
}

/** A list that opens, rather than a native select, which acts at the first arrow key. */
function selectView(select: Component, { id }: Message, page: PageContext): TemplateResult {
  const { custom_id: customId = '', placeholder = 'Make a selection', disabled = false } = select;
  const { min_values: least = 1, max_values: most = 1 } = select;
  const choices = choicesOf(select, page.state);
  const chosen = choices.filter(({ isDefault }) => isDefault).map(({ label }) => label);
  const submit = (event: Event) => {
    event.preventDefault();
    // Safe cast: only this form has the listener.
    const form = event.currentTarget as HTMLFormElement;
    const values = new FormData(form).getAll('value').map(String);
    page.run({ do: 'select', messageId: id, customId, values });
    form.closest('details')?.removeAttribute('open');
  };
  return html`<details class="choices">
    <summary>${chosen.length > 0 ? chosen.join(', ') : placeholder}</summary>
    <form aria-label=${placeholder} @submit=${submit}>
      ${choices.map(
        ({ value, label, description, isDefault }) => html`<label>
          <input
            type=${most === 1 ? 'radio' : 'checkbox'}
            name="value"
            value=${value}
            ?checked=${isDefault}
            ?required=${most === 1 && least === 1}
            ?disabled=${disabled}
          />${label} ${description ? html`<small>${description}</small>` : nothing}
        </label>`,
      )}
      <button class="button primary" ?disabled=${disabled}>Done</button>
    </form>
  </details>`;
}
