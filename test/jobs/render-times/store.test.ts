import { describe, expect, it } from 'vitest';
import { RenderTimeStore } from '../../../src/jobs/render-times/store.ts';
import { BACKENDS, openForTest } from '../../support/storage/fixtures.ts';

const time = (renderRate: number, queueSeconds: number | undefined = 0.5) => ({ renderRate, queueSeconds });

describe.each(BACKENDS)('over $name', ({ options, newUrl }) => {
  it('keeps the latest 50, oldest first, also over a restart', async () => {
    const url = await newUrl();
    const database = await openForTest(url, options);
    const store = new RenderTimeStore(database);
    expect(await store.load()).toEqual([]);
    await store.add([time(0.1), time(0.2, undefined)]);
    expect(await store.load()).toEqual([time(0.1), time(0.2, undefined)]);
    for (let number = 1; number <= 51; number += 1) await store.add([time(number)]);
    const rows = await database.db.selectFrom('render_times').select('id').execute();
    expect(rows).toHaveLength(50);
    await database.close();
    const kept = await new RenderTimeStore(await openForTest(url, options)).load();
    expect(kept.map(({ renderRate }) => renderRate)).toEqual(Array.from({ length: 50 }, (_, index) => index + 2));
  });
});
