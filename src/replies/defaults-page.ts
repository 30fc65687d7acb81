import type { Lowered } from '../jobs/job.ts';
import type { Preferences } from '../settings/preferences.ts';
import type { Settings } from '../settings/schema.ts';
import type { Texts } from '../texts/index.ts';
import { loweredLines } from './facts.ts';
import { byDefault, custom, settingLine } from './settings/setting-value.ts';
import { DEFAULT_PARAMETERS, singleSettings } from './settings/single-settings.ts';

interface DefaultsFacts {
  readonly own: Preferences;
  /** Of the server, or of direct messages. */
  readonly settings: Settings;
  /** What the member gets here. */
  readonly inUse: { readonly defaults: LoweredTo; readonly lowered: readonly Lowered[] };
  readonly isServer: boolean;
  readonly isChanged: boolean;
}

type LoweredTo = Parameters<typeof loweredLines>[0]['parameters'];

/** A member's defaults, with those of the server where they have none, and what the server doesn't allow of them. */
export function defaultsPage({ own, settings, inUse, isServer, isChanged }: DefaultsFacts, texts: Texts): string {
  const { defaults: words } = texts.me;
  const { on, off } = texts.settings;
  const all = singleSettings(texts);
  const lines = DEFAULT_PARAMETERS.map((name) => {
    const { label, value } = all[`defaults.${name}`];
    const isOwn = own.defaults[name] !== undefined;
    return settingLine(
      label,
      isOwn ? custom(value(own.defaults[name]).text) : byDefault(value(settings.defaults[name]).text),
      texts,
    );
  });
  const privacy = own.isPrivate === undefined ? byDefault(off) : custom(own.isPrivate ? on : off);
  const isForbidden = isServer && own.isPrivate === true && !settings.safety.privateAllowed;
  return [
    ...(isChanged ? [texts.config.changed] : []),
    words.title,
    ...lines,
    settingLine(words.privateLabel, privacy, texts),
    ...loweredLines({ lowered: inUse.lowered, parameters: inUse.defaults }, texts),
    ...(isForbidden ? [words.privateForbidden] : []),
    words.hint,
  ].join('\n');
}
