import type { CommandStore } from './command-store.ts';
import type { IdentifyBudget } from './identify-budget.ts';
import type { InteractionStore } from './interactions.ts';
import type { MessageStore } from './message-store.ts';
import type { Settings, User } from './types.ts';
import type { World } from './world.ts';

/** The state that routes, gateway and actors share. */
export interface State {
  readonly settings: Settings;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly applicationId: string;
  readonly bot: User;
  readonly world: World;
  readonly messages: MessageStore;
  readonly interactions: InteractionStore;
  readonly commands: CommandStore;
  /** Records that the bot broke a rule. */
  recordViolation(rule: string, detail: string, request?: string): void;
  /** Reported by `GET /gateway/bot` and enforced by the gateway. */
  readonly identifyBudget: IdentifyBudget;
  /** The valid header before the operator reset the token. */
  formerAuthorization?: string;
  /** Whether the bot has learned of the reset from `GET /users/@me`. */
  botKnowsOfReset?: boolean;
}
