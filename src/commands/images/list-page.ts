import { IMAGES_PER_PAGE, imagesPage } from '../../replies/images-page.ts';
import { textsIn } from '../../texts/index.ts';
import type { CommandContext } from '../command.ts';
import type { Invoker } from '../invoker.ts';

/** A page of the member's own images in this server; in direct messages, of all. @param page from 0; too large is the last one */
export async function listPage(
  { memberImages }: CommandContext,
  { userId, guildId }: Pick<Invoker, 'userId' | 'guildId'>,
  locale: string,
  { page, selectedId }: { readonly page: number; readonly selectedId?: string | undefined },
): Promise<ReturnType<typeof imagesPage>> {
  const owner = { userId, guildId };
  const pages = Math.max(1, Math.ceil((await memberImages.count(owner)) / IMAGES_PER_PAGE));
  const shown = Math.min(page, pages - 1);
  const jobs = await memberImages.list(owner, shown * IMAGES_PER_PAGE, IMAGES_PER_PAGE);
  const { starredDays } = memberImages;
  const isDirectMessage = guildId === undefined;
  return imagesPage({ jobs, page: shown, pages, selectedId, isDirectMessage, starredDays }, textsIn(locale));
}
