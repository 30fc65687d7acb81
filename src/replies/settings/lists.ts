import type { APIEmbed } from 'discord.js';
import type { Texts } from '../../texts/index.ts';
import { COLOURS } from '../message.ts';
import { textFile } from '../text-file.ts';

/** Discord takes 4096 characters in a description. */
const LIST_LENGTH = 4_000;

export interface ListPage {
  readonly embeds: APIEmbed[];
  readonly files: ReturnType<typeof textFile>[];
}

interface List {
  readonly title: string;
  readonly count: number;
  /** All items as they stand in a message. */
  readonly shown: string;
  /** What it says when there are no items. */
  readonly none: string;
  /** Where all of them stand, a line each, when they don't fit into a message. */
  readonly file: { readonly name: string; readonly lines: () => readonly string[] };
}

/** A title with a number, as `Blocks (3)`. */
export function countedTitle(title: string, count: number, { format }: Texts): string {
  return `${title} (${format.number(count)})`;
}

/** All of a list on one page if it fits, else in a file. */
export function listPage({ title, count, shown, none, file }: List, texts: Texts): ListPage {
  const fits = shown.length <= LIST_LENGTH;
  const items = fits ? shown : texts.lists.inFile;
  const description = count === 0 ? none : items;
  return {
    embeds: [{ color: COLOURS.progress, title: countedTitle(title, count, texts), description }],
    files: fits ? [] : [textFile(file.name, file.lines())],
  };
}
