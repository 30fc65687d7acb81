import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ImageFiles } from '../../../src/jobs/stages/image-files.ts';
import { PIXEL_PNG } from '../../support/pixel.ts';
import { makeFolder } from '../../support/storage/fixtures.ts';

it('removes images that nobody has fetched for long, as many at once as it may, and keeps the others', async () => {
  const folder = join(makeFolder(), 'images');
  const files = new ImageFiles(folder);
  expect(await files.removeOld(Date.now(), 9)).toBe(0);
  const save = async (jobId: string, ageMs: number) => {
    const [name = ''] = await files.save(jobId, [{ bytes: PIXEL_PNG, extension: 'png' }]);
    const at = new Date(Date.now() - ageMs);
    await utimes(join(folder, name), at, at);
    return name;
  };
  for (const jobId of ['a', 'b', 'c']) await save(jobId, 2_000);
  const recent = await save('d', 0);
  const beforeMs = Date.now() - 1_000;
  expect([await files.removeOld(beforeMs, 2), await files.removeOld(beforeMs, 2)]).toEqual([2, 1]);
  expect(await files.load(recent)).toEqual(PIXEL_PNG);
});
