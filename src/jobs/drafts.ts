import * as z from 'zod';
import type { Database } from '../storage/database.ts';
import { now } from '../time.ts';

/** How long a draft can be opened again. */
const LIFETIME_MS = 15 * 60_000;

/** More than one, so that old drafts become fewer even before the retention sweep. */
const MAX_REMOVED_PER_SAVE = 10;

const formSchema = z.object({
  prompt: z.string(),
  negativePrompt: z.string(),
  /** A value of a choice, as are the others. */
  size: z.string(),
  steps: z.string(),
  guidanceScale: z.string(),
});

/** What a member typed and chose in the form for an image, unchecked. */
export type ImageForm = Readonly<z.output<typeof formSchema>>;

/** A form that was refused. */
export interface Draft {
  readonly form: ImageForm;
  /** The job that the form edits; absent for a new image. */
  readonly jobId?: string;
  readonly isPrivate: boolean;
}

/** Keeps what members typed into refused forms: the last one of each member, for 15 minutes. */
export class Drafts {
  readonly #database: Pick<Database, 'db' | 'relaxed'>;
  /** What is still being written, by member: who presses at once finds that, not the draft before. */
  readonly #saving = new Map<string, Promise<void>>();

  constructor(database: Pick<Database, 'db' | 'relaxed'>) {
    this.#database = database;
  }

  /** Keeps a member's draft in place of an earlier one, and removes some that are too old. */
  async save(userId: string, draft: Draft): Promise<void> {
    const saving = this.#write(userId, draft);
    this.#saving.set(userId, saving);
    try {
      await saving;
    } finally {
      if (this.#saving.get(userId) === saving) this.#saving.delete(userId);
    }
  }

  /** The member's draft, unless it is too old. @throws ZodError when a newer release has written it */
  async find(userId: string): Promise<Draft | undefined> {
    await this.#saving.get(userId)?.catch(() => undefined);
    const row = await this.#database.db
      .selectFrom('drafts')
      .selectAll()
      .where('user_id', '=', userId)
      .where('saved_at', '>', now() - LIFETIME_MS)
      .executeTakeFirst();
    if (!row) return undefined;
    return {
      form: formSchema.parse(JSON.parse(row.form)),
      ...(row.job_id === null ? {} : { jobId: row.job_id }),
      isPrivate: row.is_private === 1,
    };
  }

  /** Removes the member's draft if it is one of this form. */
  async remove(userId: string, { jobId }: Pick<Draft, 'jobId'>): Promise<void> {
    await this.#database.relaxed
      .deleteFrom('drafts')
      .where('user_id', '=', userId)
      .where('job_id', 'is not distinct from', jobId ?? null)
      .execute();
  }

  /** Removes up to `limit` drafts that are too old. @returns how many */
  async removeOld(limit: number): Promise<number> {
    const { db } = this.#database;
    const old = db
      .selectFrom('drafts')
      .select('user_id')
      .where('saved_at', '<=', now() - LIFETIME_MS)
      .limit(limit);
    const { numDeletedRows } = await db.deleteFrom('drafts').where('user_id', 'in', old).executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  async #write(userId: string, { form, jobId, isPrivate }: Draft): Promise<void> {
    const draft = {
      job_id: jobId ?? null,
      is_private: isPrivate ? (1 as const) : (0 as const),
      form: JSON.stringify(form),
      saved_at: now(),
    };
    await this.#database.relaxed
      .insertInto('drafts')
      .values({ user_id: userId, ...draft })
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet(draft))
      .execute();
    await this.removeOld(MAX_REMOVED_PER_SAVE);
  }
}
