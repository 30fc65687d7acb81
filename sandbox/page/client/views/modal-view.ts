import { html, nothing, type TemplateResult } from 'lit';
import { MAX_TEXT_LENGTH, TYPE } from '../../../discord/modal-types.ts';
import type { Component, Modal } from '../../protocol.ts';
import { markdownView } from '../markdown/markdown-view.ts';
import type { PageContext } from '../page-context.ts';
import { choicesOf } from './choices-of.ts';
import { closeDialog } from './close-dialog.ts';
import { openPicker } from './open-picker.ts';

const PARAGRAPH = 2;

type SubmitHandler = (fields: Record<string, string | string[]>, dialog: HTMLDialogElement | null) => void;

/** A modal as a native form in a dialog: the browser keeps the limits, Escape closes it. */
export function modalView(modal: Modal, problem: string, page: PageContext, onSubmit: SubmitHandler): TemplateResult {
  const submit = (event: Event) => {
    event.preventDefault();
    // Safe cast: only this form has the listener.
    const form = event.currentTarget as HTMLFormElement;
    onSubmit(readFields(form), form.closest('dialog'));
  };
  return html`<form class="modal" aria-label=${modal.title} @submit=${submit}>
    <h2>${modal.title}</h2>
    ${modal.components.map((component) => componentView(component, page))}
    <p class="problem" role="alert">${problem}</p>
    <footer>
      <button type="button" class="button secondary" @click=${closeDialog}>Cancel</button>
      <button class="button primary">Submit</button>
    </footer>
  </form>`;
}

function componentView(component: Component, page: PageContext): TemplateResult {
  const { type, components = [], component: inner, content = '', label = '', description } = component;
  if (type === TYPE.textDisplay) return html`<div>${markdownView(content, page)}</div>`;
  if (type === TYPE.row) {
    return html`${components.map((input) => labelled(input.label ?? '', undefined, input, page))}`;
  }
  return type === TYPE.label && inner
    ? labelled(label, description, inner, page)
    : labelled(label, description, component, page);
}

function labelled(label: string, description: string | undefined, input: Component, page: PageContext): TemplateResult {
  const isRequired = input.required ?? input.type !== TYPE.checkbox;
  const caption = html`<span class="caption">${label}${isRequired ? html`<span class="required" aria-hidden="true">*</span>` : nothing}</span>
    ${description ? html`<small>${description}</small>` : nothing}`;
  const isGroup = input.type === TYPE.radioGroup || input.type === TYPE.checkboxGroup;
  return isGroup
    ? html`<fieldset><legend>${caption}</legend>${groupView(input, isRequired)}</fieldset>`
    : html`<label>${caption}${inputView(input, isRequired, page)}</label>`;
}

function inputView(input: Component, isRequired: boolean, page: PageContext): TemplateResult {
  const {
    type,
    custom_id: name = '',
    style,
    value,
    placeholder = '',
    min_length,
    max_length,
    max_values: most = 1,
  } = input;
  if (type === TYPE.textInput) {
    const least = min_length ?? 0;
    const longest = max_length ?? MAX_TEXT_LENGTH;
    const text = value ?? '';
    return style === PARAGRAPH
      ? html`<textarea name=${name} rows="4" ?required=${isRequired} minlength=${least} maxlength=${longest} placeholder=${placeholder} .value=${text}></textarea>`
      : html`<input name=${name} ?required=${isRequired} minlength=${least} maxlength=${longest} placeholder=${placeholder} .value=${text} />`;
  }
  if (type === TYPE.checkbox) {
    return html`<input type="checkbox" name=${name} value="true" data-checkbox ?checked=${input.default ?? false} />`;
  }
  const choices = choicesOf(input, page.state);
  return html`<select name=${name} ?required=${isRequired} ?multiple=${most > 1} data-list @keydown=${most > 1 ? nothing : openPicker}>
    ${most > 1 || choices.some(({ isDefault }) => isDefault) ? nothing : html`<option value="">${placeholder || 'Choose'}</option>`}
    ${choices.map(({ value, label, isDefault }) => html`<option value=${value} ?selected=${isDefault}>${label}</option>`)}
  </select>`;
}

function groupView({ type, custom_id: name = '', options = [] }: Component, isRequired: boolean): TemplateResult[] {
  const isRadio = type === TYPE.radioGroup;
  return options.map(
    ({ value, label, description, default: isDefault = false }) => html`<label class="choice">
      <input type=${isRadio ? 'radio' : 'checkbox'} name=${name} value=${value} data-list ?required=${isRadio && isRequired} ?checked=${isDefault} />
      ${label} ${description ? html`<small>${description}</small>` : nothing}
    </label>`,
  );
}

/** The values by custom id: texts, lists of the chosen, and `true` or `false` for a checkbox. */
function readFields(form: HTMLFormElement): Record<string, string | string[]> {
  const data = new FormData(form);
  const fields: Record<string, string | string[]> = {};
  for (const element of form.querySelectorAll<HTMLInputElement>('[name]')) {
    const { name, dataset } = element;
    if (dataset['checkbox'] !== undefined) fields[name] = String(element.checked);
    else if (dataset['list'] === undefined) fields[name] = String(data.get(name) ?? '');
    else
      fields[name] = data
        .getAll(name)
        .map(String)
        .filter((value) => value !== '');
  }
  return fields;
}
