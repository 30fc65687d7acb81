import { decodeImages, Studio } from './studio.ts';

/** Four images of one request in Discord's grid, their buttons, and the private details. */
export async function takeMembers(): Promise<void> {
  const studio = await Studio.open({ queueMs: 50, renderMs: 400 });
  const page = await studio.openPage({ width: 1280, height: 1000 });
  const actor = studio.stack.discord.actor('alice', studio.stack.discord.guild.channel('general'));
  await actor.command('timeless', { prompt: 'four seasons in a blue and green valley', samples: 4, seed: 4 });
  const images = page.locator('.message').last();
  await images.locator('.gallery.of-4').waitFor();
  await decodeImages(images);
  await studio.save('members-images.png', images);
  await images.getByRole('button', { name: 'Details' }).click();
  const details = page.locator('.message.ephemeral').last();
  await details.locator('.embed').first().waitFor();
  await studio.save('members-details.png', details, 32);
  await studio.close();
}
