import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ImageFiles } from '../../../src/jobs/stages/image-files.ts';
import { PIXEL_PNG } from '../../support/pixel.ts';
import { makeFolder } from '../../support/storage/fixtures.ts';

it('removes up to a number of images that nobody needs: old ones, and those of jobs that are gone', async () => {
  const folder = join(makeFolder(), 'images');
  const files = new ImageFiles(folder);
  const open = ['open'];
  const gone = ['gone'];
  const statusOf = async (jobId: string) =>
    gone.includes(jobId) ? undefined : open.includes(jobId) ? 'open' : 'closed';
  expect(await files.removeUnneeded(Date.now(), 9, statusOf)).toBe(0);
  const save = async (jobId: string, ageMs: number) => {
    const [name = ''] = await files.save(jobId, [{ bytes: PIXEL_PNG, extension: 'png' }]);
    const at = new Date(Date.now() - ageMs);
    await utimes(join(folder, name), at, at);
    return name;
  };
  for (const jobId of ['a', 'b', 'c']) await save(jobId, 2_000);
  await save('gone', 0);
  const [recent, needed] = [await save('d', 0), await save('open', 2_000)];
  const beforeMs = Date.now() - 1_000;
  const remove = () => files.removeUnneeded(beforeMs, 3, statusOf);
  expect([await remove(), await remove()]).toEqual([3, 1]);
  for (const name of [recent, needed]) expect(await files.load(name)).toEqual(PIXEL_PNG);
});
