import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ImageFiles } from '../../../src/jobs/stages/image-files.ts';
import { PIXEL_PNG } from '../../support/pixel.ts';
import { makeFolder } from '../../support/storage/fixtures.ts';

it('removes up to a number of old images that no job needs, and keeps the others', async () => {
  const folder = join(makeFolder(), 'images');
  const files = new ImageFiles(folder);
  const isNeeded = async (jobId: string) => jobId === 'needed';
  expect(await files.removeOld(Date.now(), 9, isNeeded)).toBe(0);
  const save = async (jobId: string, ageMs: number) => {
    const [name = ''] = await files.save(jobId, [{ bytes: PIXEL_PNG, extension: 'png' }]);
    const at = new Date(Date.now() - ageMs);
    await utimes(join(folder, name), at, at);
    return name;
  };
  for (const jobId of ['a', 'b', 'c']) await save(jobId, 2_000);
  const [recent, needed] = [await save('d', 0), await save('needed', 2_000)];
  const beforeMs = Date.now() - 1_000;
  expect([await files.removeOld(beforeMs, 2, isNeeded), await files.removeOld(beforeMs, 2, isNeeded)]).toEqual([2, 1]);
  for (const name of [recent, needed]) expect(await files.load(name)).toEqual(PIXEL_PNG);
});
