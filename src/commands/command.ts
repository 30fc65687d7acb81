import type {
  ApplicationCommandType,
  AutocompleteInteraction,
  ButtonInteraction,
  ChatInputCommandInteraction,
  MessageContextMenuCommandInteraction,
  ModalSubmitInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
  StringSelectMenuInteraction,
} from 'discord.js';
import type { CriticalWork } from '../jobs/critical-work.ts';
import type { Drafts } from '../jobs/drafts.ts';
import type { StopReason } from '../jobs/failure.ts';
import type { ImageSharing } from '../jobs/image-sharing.ts';
import type { Job } from '../jobs/job.ts';
import type { JobFinder } from '../jobs/job-finder.ts';
import type { MemberImages } from '../jobs/member-images.ts';
import type { JobRefusal, JobRunner } from '../jobs/runner.ts';
import type { Log } from '../log.ts';
import type { ExportRoom, PersonExport } from '../people/export-person.ts';
import type { Erased } from '../people/person-eraser.ts';
import type { Action } from '../replies/custom-id.ts';
import type { ModLog } from '../replies/mod-log/message.ts';
import type { MonthlyUsage } from '../replies/usage-ranking.ts';
import type { Admission } from '../settings/admission.ts';
import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import type { PreferenceStore } from '../settings/preference-store.ts';
import type { SettingsStore } from '../settings/store.ts';
import type { UsageStore } from '../settings/usage-store.ts';
import type { ShardOf } from '../shards.ts';
import type { ImagePurges } from './image-purges.ts';
import type { ImageReports } from './image-reports.ts';
import type { Invoker } from './invoker.ts';
import type { DataRequests } from './me/data-requests.ts';

/** The operator's account at Segmind. */
export interface Account {
  /** Servers whose moderators may see it. */
  readonly operatorGuildIds: readonly string[];
  /** US$ that all servers and direct messages together may spend a UTC day; -1: no limit. */
  readonly budgetUsdPerDay: number;
  /** US$. @throws what the request throws */
  readonly getCredits: () => Promise<{ creditsUsd: number; freeCreditsUsd: number }>;
  /** Why submits are on hold, if they are. */
  readonly stopped: () => StopReason | undefined;
  /** Asks at once whether submits may go on. @returns whether they do */
  readonly checkAgain: () => Promise<boolean>;
}

/** The tables that hold personal data. */
export interface People {
  readonly exportData: (userId: string, room: ExportRoom) => Promise<PersonExport>;
  readonly erase: (userId: string) => Promise<Erased>;
}

/** Why an image is not begun: the server's settings, the bot's own limits, or a database that doesn't answer in time. */
export type RefusalName = PolicyRefusal['name'] | JobRefusal['name'] | 'busy';

/** All that a command may use. */
export interface CommandContext {
  /** Asks Discord what a channel stands in. @throws what Discord answered */
  readonly findParent: (channelId: string) => Promise<{ parentId?: string; isAgeRestricted: boolean }>;
  readonly jobs: Pick<JobRunner, 'refusal' | 'accept' | 'find' | 'cancel' | 'redeliver' | 'waitingIn' | 'queuePlaces'>;
  readonly jobFinder: JobFinder;
  readonly memberImages: MemberImages;
  readonly imageShares: ImageSharing;
  /** A small copy of a job's public images, as WebP; undefined when there is none. Never throws. */
  readonly loadPreview: (job: Job) => Promise<Buffer | undefined>;
  /** A stopping process waits for it. */
  readonly criticalWork: Pick<CriticalWork, 'run'>;
  readonly drafts: Pick<Drafts, 'save' | 'find' | 'remove'>;
  readonly imagePurges: ImagePurges;
  readonly imageReports: ImageReports;
  readonly admission: Admission;
  readonly settings: SettingsStore;
  readonly preferences: Pick<PreferenceStore, 'load' | 'loadForUse' | 'change'>;
  readonly usage: Pick<UsageStore, 'month'>;
  /** A server's month as a PNG. */
  readonly renderUsage: (usage: MonthlyUsage) => Promise<Buffer>;
  readonly account: Account;
  readonly people: People;
  readonly dataRequests: DataRequests;
  readonly modLog: ModLog;
  readonly shardOf: ShardOf;
  /** Called with the name of the reason when a request is refused. */
  readonly onRefused: (reason: RefusalName) => void;
  readonly log: Log;
}

/** What can ask for images. */
export type GenerationInteraction = ChatInputCommandInteraction | ButtonInteraction | ModalSubmitInteraction;

/** Whom something is for; held by the router. */
interface Audience {
  /** Whether only moderators may use it. Default: everyone who sees it, as far as `execute` allows. */
  readonly forModerators?: boolean;
}

/** A slash command; its autocomplete is for the same members. */
export interface Command extends Audience {
  readonly data: RESTPostAPIChatInputApplicationCommandsJSONBody;
  execute(interaction: ChatInputCommandInteraction, context: CommandContext, invoker: Invoker): Promise<void>;
  autocomplete?(interaction: AutocompleteInteraction, context: CommandContext, invoker: Invoker): Promise<void>;
}

/** A command in the menu of a message. */
export interface Menu extends Audience {
  readonly data: RESTPostAPIContextMenuApplicationCommandsJSONBody & { readonly type: ApplicationCommandType.Message };
  /** @param messageId the message that it is used on; anyone may have posted that */
  execute(
    interaction: MessageContextMenuCommandInteraction,
    messageId: string,
    context: CommandContext,
    invoker: Invoker,
  ): Promise<void>;
}

/** What is found by its custom_id. */
export interface CustomIdHandler<Interaction> extends Audience {
  readonly action: Action;
  /** @param argument what stands in the custom_id behind the action */
  execute(interaction: Interaction, argument: string, context: CommandContext, invoker: Invoker): Promise<void>;
}

export type Button = CustomIdHandler<ButtonInteraction>;

/** A select menu with fixed options. */
export type Select = CustomIdHandler<StringSelectMenuInteraction>;

/** A submitted form. What is in it is unchecked: a request can come without Discord's client. */
export type Modal = CustomIdHandler<ModalSubmitInteraction>;

/** Everything a member can trigger. */
export interface Handlers {
  readonly commands: readonly Command[];
  readonly menus: readonly Menu[];
  readonly buttons: readonly Button[];
  readonly selects: readonly Select[];
  readonly modals: readonly Modal[];
}
