/** What the queue needs to know about a job. */
interface Queueable {
  readonly id: string;
  readonly requesterId: string;
  readonly guildId?: string;
  /** When it first joined, in epoch milliseconds. */
  readonly queuedAtMs: number;
}

/**
 * The server that a job's turns belong to. All direct messages count as one server: if each member there had turns of their own,
 * many new accounts could outnumber every server, and no moderator would stop them.
 */
export const serverOf = ({ guildId }: Pick<Queueable, 'guildId'>): string => guildId ?? 'direct messages';

/**
 * Decides which job is next: round robin by server, and within each server by member, so that all members of a server share its
 * turns, and all jobs of a member share theirs. Jobs that the provider sent back (429) come before all others.
 */
export class FairQueue<T extends Queueable> {
  readonly #returned: T[] = [];
  /** In the order of their turns: a Map keeps the order of insertion, and after a turn a key is inserted again at the end. */
  #byServer = new Map<string, Map<string, T[]>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The servers with queued jobs; some more than once. */
  get servers(): readonly string[] {
    return [...this.#byServer.keys(), ...this.#returned.map(serverOf)];
  }

  /** How many jobs of a server wait. */
  sizeOf(server: string): number {
    const returned = this.#returned.filter((job) => serverOf(job) === server).length;
    return [...(this.#byServer.get(server)?.values() ?? [])].reduce((sum, jobs) => sum + jobs.length, returned);
  }

  add(job: T): void {
    const server = serverOf(job);
    const byMember = this.#byServer.get(server) ?? new Map<string, T[]>();
    this.#byServer.set(server, byMember);
    const jobs = byMember.get(job.requesterId);
    if (jobs) jobs.push(job);
    else byMember.set(job.requesterId, [job]);
    this.#size += 1;
  }

  /** Puts a job that was sent back before all others, except those that were also sent back and were queued before it. */
  addFirst(job: T): void {
    const later = this.#returned.findIndex(({ queuedAtMs }) => queuedAtMs > job.queuedAtMs);
    this.#returned.splice(later < 0 ? this.#returned.length : later, 0, job);
    this.#size += 1;
  }

  /** Removes and returns the next job. */
  next(): T | undefined {
    const job = this.#returned.shift() ?? this.#nextInTurn();
    if (job) this.#size -= 1;
    return job;
  }

  /** Undoes the last `next`: the job goes back to the front, and its member and its server keep their turns. */
  putBack(job: T): void {
    const server = serverOf(job);
    const byMember = this.#byServer.get(server) ?? new Map<string, T[]>();
    const jobs = [job, ...(byMember.get(job.requesterId) ?? [])];
    this.#byServer = withFirst(server, withFirst(job.requesterId, jobs, byMember), this.#byServer);
    this.#size += 1;
  }

  /** Removes and returns the job with this id; undefined when it isn't queued. */
  remove(id: string): T | undefined {
    const job = this.inOrder().find((its) => its.id === id);
    if (!job) return undefined;
    this.#size -= 1;
    if (take(this.#returned, job)) return job;
    const byMember = this.#byServer.get(serverOf(job));
    const jobs = byMember?.get(job.requesterId) ?? [];
    take(jobs, job);
    if (jobs.length === 0) byMember?.delete(job.requesterId);
    if (byMember?.size === 0) this.#byServer.delete(serverOf(job));
    return job;
  }

  /** All queued jobs, in the order in which they would be next if none were added or removed. */
  inOrder(): T[] {
    const servers = Array.from(this.#byServer.values(), (byMember) => takeTurns([...byMember.values()]));
    return [...this.#returned, ...takeTurns(servers)];
  }

  #nextInTurn(): T | undefined {
    const [first] = this.#byServer;
    if (!first) return undefined;
    const [server, byMember] = first;
    const [next] = byMember;
    const [member, jobs] = next ?? ['', []];
    const job = jobs.shift();
    byMember.delete(member);
    if (jobs.length > 0) byMember.set(member, jobs);
    this.#byServer.delete(server);
    if (byMember.size > 0) this.#byServer.set(server, byMember);
    return job;
  }
}

function withFirst<T>(key: string, value: T, others: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([[key, value] as const, ...[...others].filter(([other]) => other !== key)]);
}

function take<T>(jobs: T[], job: T): boolean {
  const index = jobs.indexOf(job);
  if (index >= 0) jobs.splice(index, 1);
  return index >= 0;
}

/** The first of each column, then the second of each, and so on. */
function takeTurns<T>(columns: readonly (readonly T[])[]): T[] {
  const order: T[] = [];
  let left = columns;
  for (let round = 0; left.length > 0; round += 1) {
    left = left.filter(({ length }) => length > round);
    for (const column of left) order.push(...column.slice(round, round + 1));
  }
  return order;
}
