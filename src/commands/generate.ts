import { randomInt } from 'node:crypto';
import { MessageFlags } from 'discord.js';
import type { Draft } from '../jobs/drafts.ts';
import type { JobRequest, Lowered } from '../jobs/job.ts';
import type { Acceptance, JobRefusal, RefusedAlongside } from '../jobs/runner.ts';
import { policyRefusalText } from '../replies/policy-refusal.ts';
import { refusalText } from '../replies/refusal.ts';
import type { GenerationParameters } from '../segmind/parameters.ts';
import type { Reserved } from '../settings/admission.ts';
import type { Rules } from '../settings/policy.ts';
import type { PolicyRefusal } from '../settings/policy-refusal.ts';
import type { Style } from '../styles/style.ts';
import { textsIn } from '../texts/index.ts';
import { now } from '../time.ts';
import { answerRefused } from './answer-refused.ts';
import { attachmentSizeLimitOf } from './attachment-size-limit.ts';
import type { CommandContext, GenerationInteraction } from './command.ts';
import { keepDraft } from './form/keep-draft.ts';
import { type Invoker, rulesInTime } from './invoker.ts';
import { originOf, type StartedBy } from './origin.ts';
import { refusedText } from './refused-text.ts';
import { resolveChannel } from './resolve-channel.ts';
import { usedInstead } from './used-instead.ts';

interface GenerationRequest {
  readonly parameters: GenerationParameters;
  readonly isPrivate: boolean;
  readonly style?: Style;
  readonly lowered?: readonly Lowered[];
  /** Absent for a command. */
  readonly startedBy?: StartedBy;
  /** The form that asks, which is kept when it is refused. */
  readonly draft?: Draft;
}

/** 67 random bits in 13 letters and digits: short enough to read out, and to serve as a nonce of Discord (25). */
function drawJobId(): string {
  // In two parts, because `randomInt`, which buffers its random bytes, goes up to 2^48 only.
  const draw = (length: number) => randomInt(36 ** length).toString(36);
  return draw(7).padStart(7, '0') + draw(6).padStart(6, '0');
}

/**
 * The one way to an image, for every command, button and form: either a private refusal, or an acknowledged interaction
 * whose job is stored and queued.
 * @throws what the acknowledgement throws; then nothing was started
 */
export async function generate(
  interaction: GenerationInteraction,
  generation: GenerationRequest,
  context: CommandContext,
  invoker: Invoker,
): Promise<void> {
  const { jobs, admission, shardOf, log } = context;
  const { parameters, isPrivate, style, lowered, startedBy, draft } = generation;
  const texts = textsIn(interaction.locale);
  const id = drawJobId();
  const place = { guild: invoker.guildId, shard: shardOf(invoker.guildId), channel: invoker.channel.id };
  const requester = { interaction: interaction.id, user: invoker.userId, ...place };
  const explain = (reason: PolicyRefusal) =>
    policyRefusalText(reason, {
      texts,
      isDirectMessage: invoker.guildId === undefined,
      used: usedInstead(interaction),
      channelIds: [],
    });
  const toRefusal = (content: string) =>
    draft ? keepDraft(content, draft, invoker.userId, context, texts) : { content };
  const refuse = (content: string) => interaction.reply({ ...toRefusal(content), flags: MessageFlags.Ephemeral });

  const rules = await rulesInTime(invoker);
  // Both at once: Discord gives 3 s for all of it.
  const [channel, ask] = rules
    ? await Promise.all([
        resolveChannel(invoker, rules.settings, context.findParent),
        admission.open(invoker.guildId, rules),
      ])
    : [];
  if (!rules || !channel || !ask) {
    log.warn({ reference: id, ...requester }, 'refused: settings or usage not loaded in time');
    context.onRefused('busy');
    await refuse(texts.refusal.busy);
    return;
  }
  // From here to the reservation nothing may be awaited: else two presses at once would both see what only one may have.
  const answer = ask({
    jobId: id,
    member: { id: invoker.userId, roleIds: invoker.roleIds },
    channel,
    request: { ...parameters, isPrivate, style },
  });
  if (!answer.allowed) {
    await answerRefused(interaction, answer.reason, rules.settings, invoker, toRefusal);
    noteRefusal(answer.reason, rules, generation, context, invoker);
    return;
  }
  const noteJobRefusal = (refusal: JobRefusal) => {
    log.warn({ reference: id, ...requester, refusal }, 'refused');
    context.onRefused(refusal.name);
  };
  const refusal = jobs.refusal(invoker.guildId);
  if (refusal) {
    noteJobRefusal(refusal);
    await refuse(refusalText(refusal, id, texts));
    return;
  }
  const reserved = answer.reserve();
  const server = invoker.guildId === undefined ? {} : { guildId: invoker.guildId };
  const choice = { parameters, ...(style ? { style } : {}), forced: answer.forced };
  const request: JobRequest = {
    id,
    interactionId: interaction.id,
    applicationId: interaction.applicationId,
    interactionToken: interaction.token,
    receivedAtMs: now(),
    requesterId: invoker.userId,
    ...server,
    channelId: invoker.channel.id,
    locale: interaction.locale,
    isPrivate,
    attachmentSizeLimit: attachmentSizeLimitOf(interaction),
    ...choice,
    ...(lowered ? { lowered } : {}),
    ...(startedBy ? { origin: originOf(startedBy, { ...choice, ...server }) } : {}),
  };
  const acknowledge = () => interaction.deferReply(isPrivate ? { flags: MessageFlags.Ephemeral } : {});
  const outcome = await accept(request, acknowledge, reserved, context);
  if (typeof outcome === 'object' && outcome.name === 'refused') {
    noteRefusal(outcome.reason, rules, generation, context, invoker);
    await interaction.editReply(toRefusal(explain(outcome.reason)));
  } else if (typeof outcome === 'object') {
    noteJobRefusal(outcome);
    await interaction.editReply(toRefusal(refusalText(outcome, id, texts)));
  }
  if (outcome === 'accepted' && draft) {
    context.drafts
      .remove(invoker.userId, draft)
      .catch((error: unknown) => log.warn({ err: error, user: invoker.userId }, 'draft not removed'));
  }
  if (outcome === 'not_stored') await interaction.editReply(toRefusal(texts.refusal.notSaved(id)));
}

type Outcome = Acceptance | RefusedAlongside<PolicyRefusal>;

/** Accepts a job, or releases what was reserved for it. */
async function accept(
  request: JobRequest,
  acknowledge: () => Promise<unknown>,
  reserved: Reserved,
  { jobs, log }: CommandContext,
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  try {
    outcome = await jobs.accept(request, acknowledge, reserved.store);
    return outcome;
  } finally {
    if (outcome !== 'accepted') {
      // The member's answer doesn't wait for the database, which may be what is in trouble.
      reserved.undo().catch((error: unknown) => log.error({ err: error, job: request.id }, 'reservation not released'));
    }
  }
}

function noteRefusal(
  reason: PolicyRefusal,
  rules: Rules,
  generation: GenerationRequest,
  { admission, modLog, onRefused, log }: CommandContext,
  invoker: Invoker,
): void {
  admission.noteRefusal(invoker.guildId, reason);
  onRefused(reason.name);
  log.info(
    { user: invoker.userId, guild: invoker.guildId, channel: invoker.channel.id, refusal: reason.name },
    'refused',
  );
  if (invoker.guildId === undefined) return;
  const text = refusedText(reason, rules, generation);
  const facts = { memberId: invoker.userId, channelId: invoker.channel.id, isPrivate: generation.isPrivate };
  modLog.note(invoker.guildId, { kind: 'refused', ...facts, text, reason });
}
