import { type APIInteraction, Events, GatewayDispatchEvents } from 'discord.js';
import { type InvokerFacts, readInvoker } from '../commands/invoker.ts';

/** Of interactions that wait for the client to be ready, or that it never hands on; the oldest go first. */
const MAX_KEPT = 10_000;

/** Keeps who pressed what where from the raw payload until discord.js, which drops a part of it, hands the interaction on. */
export class InvokerCache {
  readonly event = Events.Raw;
  readonly #byInteraction = new Map<string, InvokerFacts>();

  readonly listener = (packet: { t: string | null; d: unknown }): void => {
    if (packet.t !== GatewayDispatchEvents.InteractionCreate) return;
    // True: Discord sends an interaction under this name.
    const payload = packet.d as APIInteraction;
    const invoker = readInvoker(payload);
    if (!invoker) return;
    this.#byInteraction.set(payload.id, invoker);
    const [oldest] = this.#byInteraction.keys();
    if (this.#byInteraction.size > MAX_KEPT && oldest !== undefined) this.#byInteraction.delete(oldest);
  };

  /** The facts of an interaction, once. @throws Error when its payload had none: then nobody can be answered either */
  take(interactionId: string): InvokerFacts {
    const invoker = this.#byInteraction.get(interactionId);
    if (!invoker) throw new Error(`Nothing is known of who made the interaction ${interactionId}.`);
    this.#byInteraction.delete(interactionId);
    return invoker;
  }
}
