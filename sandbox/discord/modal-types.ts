/** The types of the components of a modal. @see https://discord.com/developers/docs/components/reference#what-is-a-component-component-types */
export const TYPE = {
  row: 1,
  textInput: 4,
  textDisplay: 10,
  label: 18,
  radioGroup: 21,
  checkboxGroup: 22,
  checkbox: 23,
} as const;
/** @see https://discord.com/developers/docs/components/reference#text-input */
export const MAX_TEXT_LENGTH = 4_000;
