import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Images of blocking (v1) calls, until they are delivered: Segmind does not keep them. */
export class ImageFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes a job's images and flushes them to the disk. @returns their names */
  async save(jobId: string, images: readonly { bytes: Buffer; extension: string }[]): Promise<string[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    return Promise.all(
      images.map(async ({ bytes, extension }, index) => {
        const name = `${jobId}-${index + 1}.${extension}`;
        const file = await open(join(this.#folder, name), 'w', 0o600);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        return name;
      }),
    );
  }

  load(name: string): Promise<Buffer> {
    return readFile(join(this.#folder, name));
  }

  /**
   * Removes up to `limit` images that are no longer needed: of jobs that are gone, and of closed jobs if they
   * were written before a time (epoch milliseconds). @returns how many
   */
  async removeUnneeded(
    writtenBeforeMs: number,
    limit: number,
    statusOf: (jobId: string) => Promise<'open' | 'closed' | undefined>,
  ): Promise<number> {
    const names = await readdir(this.#folder).catch(() => []);
    const unneeded: string[] = [];
    for (const name of names) {
      if (unneeded.length === limit) break;
      const [jobId = ''] = name.split('-');
      const status = await statusOf(jobId);
      // A delivery may have removed it meanwhile.
      const file = await stat(join(this.#folder, name)).catch(() => undefined);
      const isOld = file !== undefined && file.mtimeMs < writtenBeforeMs;
      if (status === undefined || (status === 'closed' && isOld)) unneeded.push(name);
    }
    await this.remove(unneeded);
    return unneeded.length;
  }

  async remove(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => rm(join(this.#folder, name), { force: true })));
  }
}
