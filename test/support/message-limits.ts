import type { APIEmbed } from 'discord.js';

/** Text that shows nothing. */
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** What Discord would refuse. @see https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
export function embedProblems(embeds: readonly APIEmbed[]): string[] {
  const lengths = embeds.flatMap((embed) => [
    embed.title,
    embed.description,
    embed.footer?.text,
    embed.author?.name,
    ...(embed.fields ?? []).flatMap(({ name, value }) => [name, value]),
  ]);
  const total = lengths.reduce<number>((sum, text) => sum + (text?.length ?? 0), 0);
  return [
    ...(total > 6_000 ? [`${total} in all`] : []),
    ...(embeds.length > 10 ? [`${embeds.length} embeds`] : []),
    ...embeds.flatMap(({ title = 'a', description = 'a', footer, fields = [] }) => [
      ...(title.length > 256 || BLANK.test(title) ? [`title of ${title.length}`] : []),
      ...(description.length > 4_096 || BLANK.test(description) ? [`description of ${description.length}`] : []),
      ...((footer?.text.length ?? 0) > 2_048 ? ['footer'] : []),
      ...(fields.length > 25 ? [`${fields.length} fields`] : []),
      ...fields.flatMap(({ name, value }) =>
        BLANK.test(name) || BLANK.test(value) || value.length > 1_024 || name.length > 256
          ? [`field ${name} of ${value.length}`]
          : [],
      ),
    ]),
  ];
}
