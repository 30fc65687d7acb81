import type { Embed } from './shapes.ts';

const MAX_CHARACTERS = 6_000;
const WEB = /^https?:\/\//i;
const WEB_OR_ATTACHMENT = /^(https?|attachment):\/\//i;

/** Counts the characters that are limited over all embeds of a message. @see https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
function countCharacters(embed: Embed): number {
  const texts = [embed.title, embed.description, embed.footer?.text, embed.author?.name];
  for (const field of embed.fields ?? []) texts.push(field.name, field.value);
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

function isBlank(text: string | null | undefined): boolean {
  return (text ?? '').trim() === '';
}

function checkUrls(embed: Embed, path: string): string[] {
  const urls: [string, string | null | undefined, RegExp][] = [
    ['url', embed.url, WEB],
    ['author.url', embed.author?.url, WEB],
    ['author.icon_url', embed.author?.icon_url, WEB_OR_ATTACHMENT],
    ['footer.icon_url', embed.footer?.icon_url, WEB_OR_ATTACHMENT],
    ['image.url', embed.image?.url, WEB_OR_ATTACHMENT],
    ['thumbnail.url', embed.thumbnail?.url, WEB_OR_ATTACHMENT],
  ];
  return urls
    .filter(([, url, scheme]) => url !== null && url !== undefined && !scheme.test(url))
    .map(([key]) => `${path}.${key}: this kind of URL isn't supported here`);
}

function checkEmbed(embed: Embed, path: string): string[] {
  const problems = checkUrls(embed, path);
  if (embed.footer && isBlank(embed.footer.text)) problems.push(`${path}.footer.text: required`);
  if (embed.author && isBlank(embed.author.name)) problems.push(`${path}.author.name: required`);
  for (const [index, field] of (embed.fields ?? []).entries()) {
    if (isBlank(field.name)) problems.push(`${path}.fields[${index}].name: required`);
    if (isBlank(field.value)) problems.push(`${path}.fields[${index}].value: required`);
  }
  const hasMedia = Boolean(embed.image?.url ?? embed.thumbnail?.url);
  if (countCharacters(embed) === 0 && !hasMedia) problems.push(`${path}: the embed is empty`);
  return problems;
}

/** Lists what Discord would refuse in the embeds of one message, beyond the length of each text. */
export function checkEmbeds(embeds: readonly Embed[]): string[] {
  const problems = embeds.flatMap((embed, index) => checkEmbed(embed, `embeds[${index}]`));
  const characters = embeds.reduce((sum, embed) => sum + countCharacters(embed), 0);
  if (characters > MAX_CHARACTERS) {
    problems.push(`embeds: ${characters} characters in all embeds, at most ${MAX_CHARACTERS}`);
  }
  return problems;
}

/** Lists the images in embeds, each with its path. */
export function listEmbedMedia(embeds: readonly Embed[]): { path: string; url: string }[] {
  return embeds.flatMap((embed, index) =>
    [
      { path: `embeds[${index}].author.icon_url`, url: embed.author?.icon_url },
      { path: `embeds[${index}].footer.icon_url`, url: embed.footer?.icon_url },
      { path: `embeds[${index}].image.url`, url: embed.image?.url },
      { path: `embeds[${index}].thumbnail.url`, url: embed.thumbnail?.url },
    ].flatMap(({ path, url }) => (url ? [{ path, url }] : [])),
  );
}
