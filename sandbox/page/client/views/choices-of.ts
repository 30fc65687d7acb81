import type { Component, PageState } from '../../protocol.ts';

interface Choice {
  value: string;
  label: string;
  description?: string;
  isDefault: boolean;
}

/** What a select offers: its own options, or the members, roles and channels of the server. */
export function choicesOf(select: Component, { directory }: Pick<PageState, 'directory'>): Choice[] {
  const { type, options, channel_types: types, default_values: defaults = [] } = select;
  if (options) return options.map(({ default: isDefault = false, ...option }) => ({ ...option, isDefault }));
  const { users, roles, channels } = directory;
  const named =
    { 5: users, 6: roles, 7: [...users, ...roles] }[type] ??
    channels.filter((channel) => !types || types.includes(channel.type));
  return named.map(({ id, name }) => ({
    value: id,
    label: name,
    isDefault: defaults.some((given) => given.id === id),
  }));
}
