import { type APIInteraction, Events, GatewayDispatchEvents } from 'discord.js';
import { type Press, readPress } from '../commands/press.ts';

/** Of interactions that wait for the client to be ready, or that it never hands on; the oldest go first. */
const MAX_KEPT = 10_000;

/** Keeps who pressed what where from the raw payload until discord.js, which drops a part of it, hands the interaction on. */
export class Presses {
  readonly event = Events.Raw;
  readonly #byInteraction = new Map<string, Press>();

  readonly listener = (packet: { t: string | null; d: unknown }): void => {
    if (packet.t !== GatewayDispatchEvents.InteractionCreate) return;
    // True: Discord sends an interaction under this name.
    const payload = packet.d as APIInteraction;
    const press = readPress(payload);
    if (!press) return;
    this.#byInteraction.set(payload.id, press);
    const [oldest] = this.#byInteraction.keys();
    if (this.#byInteraction.size > MAX_KEPT && oldest !== undefined) this.#byInteraction.delete(oldest);
  };

  /** The facts of an interaction, once. @throws Error when its payload had none: then nobody can be answered either */
  take(interactionId: string): Press {
    const press = this.#byInteraction.get(interactionId);
    if (!press) throw new Error(`Nothing is known of who made the interaction ${interactionId}.`);
    this.#byInteraction.delete(interactionId);
    return press;
  }
}
