import type { Job, JobRequest, JobState, StateName } from './job.ts';

/** Where jobs are kept. Every change of state is a compare-and-set: of several callers, one wins. */
export interface JobStore {
  /** Keeps a new job as `queued`. False when one with this interaction id is there already. */
  insert(request: JobRequest): Promise<boolean>;
  get(id: string): Promise<Job | undefined>;
  /**
   * Moves a job from the state it is believed to be in, and returns it; undefined when it is in another one, or gone.
   * @throws when the table of states doesn't allow this step
   */
  transition(id: string, from: StateName, to: JobState): Promise<Job | undefined>;
  /** Remembers the messages that show the job, the reply first. */
  setMessages(id: string, messageIds: readonly string[]): Promise<void>;
  remove(id: string): Promise<void>;
}
