import type { CommandStore } from './command-store.ts';
import type { IdentifyBudget } from './identify-budget.ts';
import type { InteractionStore } from './interactions.ts';
import type { MessageStore } from './message-store.ts';
import type { Settings, User } from './types.ts';
import type { World } from './world.ts';

/** What the routes and the actors share. */
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
  /** Puts a broken rule on record. */
  recordViolation(rule: string, detail: string, request?: string): void;
  /** What `GET /gateway/bot` tells, and the gateway holds clients to. */
  readonly identifyBudget: IdentifyBudget;
  /** The header that was right before the operator reset the token. */
  formerAuthorization?: string;
  /** Whether the bot has asked who it is since, and so knows. */
  botKnowsOfReset?: boolean;
}
