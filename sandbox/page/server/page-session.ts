import type { Invocation, Message } from '../../discord/index.ts';
import { completeCommand } from '../../session/complete-command.ts';
import { parseCommand } from '../../session/parse-command.ts';
import type { Stack } from '../../session/stack.ts';
import { Viewer } from '../../session/viewer.ts';
import type { Action, Completion, Modal, Outcome } from '../protocol.ts';
import { describeOption } from './describe-option.ts';
import { KNOBS } from './page-state.ts';

/** @see https://discord.com/developers/docs/resources/message#create-message */
const MAX_MESSAGE_LENGTH = 2_000;

/** One open page: who looks at it, and what each action does. */
export class PageSession {
  readonly viewer: Viewer;
  private readonly stack: Stack;
  /** The invocations whose modals are open, by interaction id. */
  private readonly modals = new Map<string, Invocation>();

  constructor(stack: Stack) {
    this.stack = stack;
    this.viewer = new Viewer(stack.discord);
  }

  /** Does what a member or the operator does on the page; what Discord's client would refuse becomes a problem. */
  async perform(action: Action): Promise<Outcome> {
    try {
      return await this.attempt(action);
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  }

  private async attempt(action: Action): Promise<Outcome> {
    const { viewer, stack } = this;
    const extra = { locale: viewer.locale };
    switch (action.do) {
      case 'command': {
        const line = parseCommand(action.text.trim().slice(1), viewer.actor().offeredCommands());
        return line.kind === 'problem' ? { problem: line.text } : this.answer(await viewer.sendCommand(line));
      }
      case 'say':
        if (action.text.length > MAX_MESSAGE_LENGTH) {
          throw new Error(`a message has at most ${MAX_MESSAGE_LENGTH} characters`);
        }
        stack.discord.say(viewer.user, viewer.channel, action.text);
        return {};
      case 'complete':
        return { completion: await this.complete(action.text) };
      case 'press':
        return this.answer(await viewer.actor().press(this.find(action.messageId), action.customId, extra));
      case 'menu':
        return this.answer(await viewer.actor().menu(action.name, this.find(action.messageId), extra));
      case 'select': {
        const { messageId, customId, values } = action;
        return this.answer(await viewer.actor().select(this.find(messageId), customId, values, extra));
      }
      case 'submit': {
        const invocation = this.modals.get(action.interactionId);
        if (!invocation) throw new Error('this modal is no longer open');
        const submitted = await viewer.actor().submitModal(invocation, action.fields, extra);
        this.modals.delete(action.interactionId);
        return this.answer(submitted);
      }
      case 'switch':
        if (action.user !== undefined) viewer.switchUser(action.user);
        if (action.locale !== undefined) viewer.locale = action.locale;
        if (action.place !== undefined) viewer.switchChannel(action.place);
        return {};
      case 'fault': {
        const knob = Object.hasOwn(KNOBS, action.name) ? KNOBS[action.name] : undefined;
        if (!knob) throw new Error(`there is no fault ${action.name}`);
        knob.inject(stack);
        return { note: knob.description };
      }
      case 'kill':
        // A bot that ends before it is connected has failed to start, and that would end the sandbox.
        if (stack.botState.state !== 'running') throw new Error('the bot is not running');
        stack.bot.kill();
        await stack.bot.exited;
        return { note: 'the bot was killed' };
      case 'start':
        if (stack.botState.state === 'stopped') await stack.startBot();
        return { note: `the bot runs as process ${stack.bot.pid}` };
      default:
        return action satisfies never;
    }
  }

  private async answer(invocation: Invocation): Promise<Outcome> {
    await invocation.acknowledged();
    const { modal, id } = invocation;
    if (!modal) return {};
    this.modals.set(id, invocation);
    // Safe cast: the rules have accepted these as the components of a modal.
    const components = modal.components as unknown as Modal['components'];
    return { modal: { interactionId: id, title: modal.title, components } };
  }

  private async complete(text: string): Promise<Completion> {
    const { viewer } = this;
    const offered = viewer.actor().offeredCommands();
    const completion = await viewer.askBot(completeCommand(text, offered, viewer.directory));
    const { fragment, candidates, current } = completion;
    return { fragment, candidates, ...(current ? { hint: describeOption(current) } : {}) };
  }

  private find(messageId: string): Message {
    const message = this.viewer.visibleMessages().find(({ id }) => id === messageId);
    if (!message) throw new Error('the message is gone');
    return message;
  }
}
