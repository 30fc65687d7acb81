import { type Database, total } from '../storage/database.ts';
import { now } from '../time.ts';
import type { Job } from './job.ts';
import { readable } from './row.ts';

/** Whose images, and from which server; without one, from everywhere. */
export interface ImageOwner {
  readonly userId: string;
  readonly guildId: string | undefined;
}

/** The images of a member, for that member alone. */
export class MemberImages {
  readonly #db: Database['db'];
  /** How long requests with a star are kept, in days. */
  readonly starredDays: number;

  constructor({ db }: Pick<Database, 'db'>, starredDays: number) {
    this.#db = db;
    this.starredDays = starredDays;
  }

  /** How many requests have images: delivered and not deleted, or undelivered and still to be fetched. */
  async count(owner: ImageOwner): Promise<number> {
    const { total: count } = await this.#of(owner).select(total).executeTakeFirstOrThrow();
    return count;
  }

  /** Those requests, the latest first, without unreadable ones. @param skipped how many later ones are left out */
  async list(owner: ImageOwner, skipped: number, limit: number): Promise<Job[]> {
    const rows = await this.#of(owner).selectAll().orderBy('sequence', 'desc').offset(skipped).limit(limit).execute();
    return readable(rows, () => {});
  }

  /** Gives a request of the member a star, or takes it away. */
  async toggleStar(jobId: string, userId: string): Promise<void> {
    const own = this.#db.updateTable('jobs').where('id', '=', jobId).where('requester_id', '=', userId);
    const { numUpdatedRows } = await own
      .set({ starred_at: now() })
      .where('starred_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) await own.set({ starred_at: null }).execute();
  }

  /** Records that somebody deleted the images of these requests. */
  async markDeleted(jobIds: readonly string[]): Promise<void> {
    if (jobIds.length === 0) return;
    await this.#db
      .updateTable('jobs')
      .set({ deleted_at: now() })
      .where('id', 'in', jobIds)
      .where('state', '=', 'delivered')
      .execute();
  }

  #of({ userId, guildId }: ImageOwner) {
    const all = this.#db
      .selectFrom('jobs')
      .where('requester_id', '=', userId)
      .where((eb) =>
        eb.or([
          eb.and([eb('state', '=', 'delivered'), eb('deleted_at', 'is', null)]),
          // The JSON of the state has this key as long as the images can be fetched.
          eb.and([eb('state', '=', 'failed'), eb('details', 'like', '%"rendered":{%')]),
        ]),
      );
    return guildId === undefined ? all : all.where('guild_id', '=', guildId);
  }
}
