import { Agent } from 'undici';
import { withTimeout } from '../time.ts';
import { ConnectionBroken, ConnectionFailed, OutcomeUnknown, RequestTimeout } from './errors.ts';
import { answerOf, type Call, ExchangeFailed, exchange, type HttpAnswer } from './http.ts';

/** Called after each call; without a status when there was no answer. */
export type OnAnswer = (method: Call['method'], status: number | undefined) => void;

export interface CallLimits {
  timeoutMs: number;
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/** Calls to Segmind's API, with its key, time-outs and byte caps; turns a call without an answer into the right error. */
export class Transport {
  /** For calls that may be repeated. */
  readonly agent: Agent;
  /** Each POST gets a new connection: on a kept one that the server is just closing, its outcome would be unknown. */
  readonly #postAgent: Agent;
  readonly #baseUrl: string;
  readonly #headers: Record<string, string>;
  readonly #onAnswer: OnAnswer;

  constructor(options: { apiKey: string; baseUrl: string; connectTimeoutMs: number; onAnswer?: OnAnswer | undefined }) {
    const connect = { timeout: options.connectTimeoutMs };
    this.agent = new Agent({ connect });
    this.#postAgent = new Agent({ connect, pipelining: 0 });
    this.#baseUrl = options.baseUrl.replace(/\/+$/, '');
    this.#onAnswer = options.onAnswer ?? (() => {});
    this.#headers = { 'x-api-key': options.apiKey, 'user-agent': 'timeless-discord-bot' };
  }

  /** @throws ConnectionFailed, ConnectionBroken, RequestTimeout, or `signal.reason` */
  async get(path: string, { timeoutMs, maxBytes, signal }: CallLimits): Promise<HttpAnswer> {
    const headers = { ...this.#headers, accept: 'application/json' };
    const call = { method: 'GET', url: this.#baseUrl + path, headers, maxBytes } as const;
    try {
      return await withTimeout(
        timeoutMs,
        () => new RequestTimeout(timeoutMs),
        (limit) => this.#exchange(this.agent, call, limit),
        signal,
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ExchangeFailed)) throw error;
      if (error.cause instanceof RequestTimeout) throw error.cause;
      throw error.stage === 'connect' ? new ConnectionFailed(error.cause) : new ConnectionBroken(error.cause);
    }
  }

  /**
   * An answer whose body was lost still counts if its status is a refusal.
   * @throws ConnectionFailed or `signal.reason` when nothing was written; OutcomeUnknown when the request was or may have been written
   */
  async post(path: string, body: unknown, { timeoutMs, maxBytes, signal }: CallLimits): Promise<HttpAnswer> {
    const headers = { ...this.#headers, 'content-type': 'application/json' };
    const call = {
      method: 'POST',
      url: this.#baseUrl + path,
      headers,
      body: JSON.stringify(body),
      maxBytes,
    } as const;
    try {
      return await withTimeout(
        timeoutMs,
        () => new RequestTimeout(timeoutMs),
        (limit) => this.#exchange(this.#postAgent, call, limit),
        signal,
      );
    } catch (error) {
      if (!(error instanceof ExchangeFailed)) throw error;
      if (error.stage === 'connect') {
        signal?.throwIfAborted();
        throw new ConnectionFailed(error.cause);
      }
      if (error.head && error.head.status >= 300) return answerOf(error.head, { body: Buffer.alloc(0), isCut: true });
      throw new OutcomeUnknown(error.stage, error.cause);
    }
  }

  async #exchange(agent: Agent, call: Call, signal: AbortSignal): Promise<HttpAnswer> {
    let status: number | undefined;
    try {
      const answer = await exchange(agent, call, signal);
      status = answer.status;
      return answer;
    } catch (error) {
      if (error instanceof ExchangeFailed) status = error.head?.status;
      throw error;
    } finally {
      this.#onAnswer(call.method, status);
    }
  }

  /** Ends all connections; calls under way fail. */
  async close(): Promise<void> {
    await Promise.all([this.agent.destroy(), this.#postAgent.destroy()]);
  }
}
