import { type APIInteraction, Events, GatewayDispatchEvents } from 'discord.js';
import { type InvokerFacts, readInvoker } from '../commands/invoker.ts';

/** For interactions that arrive before the client is ready, or that it never emits; the oldest are removed first. */
const MAX_KEPT = 10_000;

/** Keeps the member, roles and channel of a raw interaction until discord.js, which drops some of that, emits the interaction. */
export class InvokerCache {
  readonly event = Events.Raw;
  readonly #byInteraction = new Map<string, InvokerFacts>();

  readonly listener = (packet: { t: string | null; d: unknown }): void => {
    if (packet.t !== GatewayDispatchEvents.InteractionCreate) return;
    // Safe cast: Discord sends an interaction with this event.
    const payload = packet.d as APIInteraction;
    const invoker = readInvoker(payload);
    if (!invoker) return;
    this.#byInteraction.set(payload.id, invoker);
    const [oldest] = this.#byInteraction.keys();
    if (this.#byInteraction.size > MAX_KEPT && oldest !== undefined) this.#byInteraction.delete(oldest);
  };

  /** Returns the invoker of an interaction, once. @throws Error when its payload had none: then it can't be answered either */
  take(interactionId: string): InvokerFacts {
    const invoker = this.#byInteraction.get(interactionId);
    if (!invoker) throw new Error(`The invoker of interaction ${interactionId} is unknown.`);
    this.#byInteraction.delete(interactionId);
    return invoker;
  }
}
