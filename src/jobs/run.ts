import type { Database } from '../storage/database.ts';
import { nextTurn } from '../time.ts';
import { Dispatcher } from './dispatch.ts';
import type { StopReason } from './failure.ts';
import type { Job, JobRequest } from './job.ts';
import { Joining } from './joining.ts';
import { Life } from './life.ts';
import { Neighbours } from './neighbours.ts';
import type { JobParts } from './parts.ts';
import { untilStored } from './persist.ts';
import { LineFull } from './store.ts';

/** Why no new job is taken at present. */
export type Refusal =
  | { readonly name: 'full'; readonly minutes: number }
  | { readonly name: 'stopped'; readonly reason: StopReason }
  | { readonly name: 'restarting' };

/**
 * `not_stored` when the member must be told that nothing was started; `duplicate` when this interaction is known; a refusal when
 * the line has become full meanwhile, which the member must be told as well.
 */
export type Acceptance = 'accepted' | 'not_stored' | 'duplicate' | Extract<Refusal, { name: 'full' }>;

/** Lives every job's life, from the line to its end. */
export class JobRunner {
  readonly #parts: JobParts;
  readonly #life: Life;
  readonly #dispatcher: Dispatcher;
  readonly #neighbours: Neighbours;
  readonly #joining: Joining;
  readonly #accepting = new Set<string>();

  constructor(parts: JobParts) {
    this.#parts = parts;
    const life = new Life({
      parts,
      onUnderWay: (id) => this.#dispatcher.countInFlight(id),
      onReleased: (id) => this.#dispatcher.release(id),
    });
    this.#life = life;
    this.#neighbours = new Neighbours({
      parts,
      onNews: (stops) => this.#dispatcher.onNews(stops),
      takeUp: () => this.#takeUp('taking over what another process left'),
    });
    this.#dispatcher = new Dispatcher({ parts, life, waitingElsewhere: () => this.#neighbours.waiting });
    this.#joining = new Joining((job, cancelledBy) => life.endUnsubmitted(job, { name: 'cancelled', cancelledBy }));
  }

  /** Whether a new job would be taken now. */
  refusal(): Refusal | undefined {
    const { circuit } = this.#parts;
    if (this.#life.signal.aborted) return { name: 'restarting' };
    if (circuit.state.open && !circuit.isTrialDue) return { name: 'stopped', reason: circuit.state.reason };
    return this.#dispatcher.room > 0 ? undefined : this.#full();
  }

  /**
   * Takes a job: keeps it while the acknowledgement is sent, and lets it join the line when both have succeeded.
   * @param alongside stores what belongs to the job, in the same transaction
   * @throws what `acknowledge` throws; then nothing is kept
   */
  async accept(
    request: JobRequest,
    acknowledge: () => Promise<unknown>,
    alongside?: (db: Database['db']) => Promise<void>,
  ): Promise<Acceptance> {
    if (this.#accepting.has(request.interactionId)) return 'duplicate';
    this.#accepting.add(request.interactionId);
    const { waiting } = this.#dispatcher;
    let outcome: Acceptance = 'not_stored';
    const keep = async () => {
      const kept = await this.#keep(request, acknowledge, alongside);
      if (kept === 'full') outcome = this.#full();
      if (typeof kept === 'string') return undefined;
      outcome = 'accepted';
      this.#parts.onEvent({ name: 'accepted', job: kept });
      return kept;
    };
    try {
      const hasJoined = await waiting.keepPlace(() => this.#joining.enter(request, keep, (job) => waiting.add(job)));
      if (hasJoined) this.#dispatcher.refresh();
      return outcome;
    } finally {
      this.#accepting.delete(request.interactionId);
    }
  }

  find(id: string): Promise<Job | undefined> {
    return this.#parts.store.get(id);
  }

  /** Ends a job that waits in line, uncharged. False when it doesn't wait there: what was submitted can't be stopped. */
  cancel(id: string, cancelledBy: string): boolean {
    if (this.#joining.cancel(id, cancelledBy)) return true;
    const job = this.#dispatcher.waiting.remove(id);
    if (!job) return false;
    this.#life.endUnsubmitted(job, { name: 'cancelled', cancelledBy });
    this.#dispatcher.refresh();
    return true;
  }

  /** The jobs of a server that wait in line, or are about to. */
  waitingIn(guildId: string): Pick<Job, 'id' | 'requesterId'>[] {
    return [...this.#dispatcher.waiting.inOrder(), ...this.#joining.joiners].filter((job) => job.guildId === guildId);
  }

  /** How many jobs wait in the line of this process, and how many are submitted and not finished. */
  get load(): { readonly waiting: number; readonly inFlight: number } {
    return { waiting: this.#dispatcher.waiting.size, inFlight: this.#dispatcher.inFlight };
  }

  /** To be called whenever the circuit opens or closes. */
  onCircuitChange(): void {
    this.#dispatcher.onCircuitChange();
  }

  /**
   * Takes up every job that an earlier process left, each where it stands, and from then on what other processes leave. No POST
   * is sent for one that may have had its own. Needs no connection to the gateway.
   */
  async resume(): Promise<void> {
    await this.#takeUp('resuming');
    this.#dispatcher.onCircuitChange();
    this.#neighbours.start(this.#life.signal);
  }

  /** Takes, submits and polls nothing any more, and waits up to 8 s for POSTs and deliveries under way. The rest goes on at the next start. */
  async stop(): Promise<void> {
    await this.#life.stop();
  }

  #full(): Extract<Refusal, { name: 'full' }> {
    const { requestsPerMinute } = this.#parts;
    const { waiting } = this.#dispatcher;
    const elsewhere = this.#neighbours.waiting.reduce((sum, count) => sum + count, 0);
    return { name: 'full', minutes: Math.max(1, Math.ceil((waiting.size + elsewhere) / requestsPerMinute)) };
  }

  /** @returns the job, or why it was not kept */
  async #keep(
    request: JobRequest,
    acknowledge: () => Promise<unknown>,
    alongside?: (db: Database['db']) => Promise<void>,
  ): Promise<Job | 'not_stored' | 'full'> {
    const { store, log, queueLimit } = this.#parts;
    const { signal } = this.#life;
    const mayWaitElsewhere = queueLimit - this.#dispatcher.waiting.taken;
    // The acknowledgement first: it has 3 s, and the database holds the process up while it writes.
    const [acknowledged, stored] = await Promise.allSettled([
      acknowledge(),
      nextTurn().then(() => store.insert(request, alongside, mayWaitElsewhere)),
    ]);
    const job = stored.status === 'fulfilled' ? stored.value : undefined;
    if (acknowledged.status === 'rejected') {
      if (job) await untilStored(() => store.remove(job.id), log, signal);
      throw acknowledged.reason;
    }
    if (job) return job;
    const reason: unknown = stored.status === 'rejected' ? stored.reason : new Error('The interaction is known.');
    if (reason instanceof LineFull) return 'full';
    log.error({ err: reason, job: request.id }, 'a job was not stored');
    return 'not_stored';
  }

  /** Goes on with the jobs that no living process has claimed. */
  async #takeUp(message: string): Promise<void> {
    const { claims, gate, log, onEvent } = this.#parts;
    const { signal } = this.#life;
    if (signal.aborted) return;
    const jobs = await claims.claimFree((id, error) =>
      log.error({ err: error, job: id }, 'a stored job is unreadable'),
    );
    // What is claimed while this process stops is free again with its end.
    if (jobs.length === 0 || signal.aborted) return;
    log.info({ jobs: jobs.length }, message);
    for (const job of jobs) onEvent({ name: 'resumed', job });
    const begun = jobs.filter(({ state }) => state.name !== 'queued');
    for (const job of begun) this.#life.resume(job);
    untilStored(() => gate.settleLost(begun.map(({ id }) => id)), log, signal).catch((error: unknown) =>
      log.warn({ err: error }, 'POSTs of an earlier process count for longer than they have to'),
    );
    void this.#resumeLine(jobs);
  }

  /** Lets those who waited wait again, in their old order; a press that was never acknowledged is dropped silently. */
  async #resumeLine(jobs: readonly Job[]): Promise<void> {
    const { store, delivery, onDropped, log } = this.#parts;
    const { waiting } = this.#dispatcher;
    let before: Promise<unknown> = Promise.resolve();
    for (const job of jobs) {
      if (job.state.name !== 'queued') continue;
      const { isFirst } = job.state;
      const turn = before;
      const come = async () => {
        const isWaitedFor = job.messageIds.length > 0 || (await delivery.wasAcknowledged(job));
        await turn;
        if (isWaitedFor) return job;
        await untilStored(() => store.remove(job.id), log, this.#life.signal);
        onDropped(job);
        return undefined;
      };
      before = this.#joining
        .enter(job, come, (back) => (isFirst ? waiting.addFirst(back) : waiting.add(back)))
        .catch((error: unknown) => log.error({ err: error, job: job.id }, 'a waiting job was not resumed'));
    }
    await before;
    this.#dispatcher.refresh();
  }
}
