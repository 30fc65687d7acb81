import { type Actor, buttonsOf, type Invocation, type Message, selectsOf } from '../discord/index.ts';
import { chosenValues } from './chosen-values.ts';
import type { Directory } from './directory.ts';

/** Presses a button on the last message that has it, or the `nth` last. @throws Error when there is none, or Discord's client would refuse */
export async function pressButton(
  actor: Actor,
  messages: readonly Message[],
  { label, nth }: { label: string; nth: number },
): Promise<Invocation> {
  const wanted = label.toLowerCase();
  const matches = messages.toReversed().flatMap((message) => {
    const button = buttonsOf(message).find((candidate) => candidate.label.toLowerCase().startsWith(wanted));
    return button ? [{ message, label: button.label }] : [];
  });
  const chosen = matches[nth - 1];
  if (!chosen) {
    const problem = matches.length > 0 ? `there are only ${matches.length} buttons` : 'there is no button';
    throw new Error(`${problem} "${label}" here; type help`);
  }
  return actor.press(chosen.message, chosen.label);
}

/** Chooses in the last select menu that offers all of it. @throws Error when none does, or Discord's client would refuse */
export async function chooseOptions(
  actor: Actor,
  messages: readonly Message[],
  text: string,
  directory: Directory,
): Promise<Invocation> {
  for (const message of messages.toReversed()) {
    for (const select of selectsOf(message)) {
      const values = chosenValues(select, text, directory);
      if (values) return actor.select(message, select.custom_id, values);
    }
  }
  throw new Error(`no select menu here offers "${text}"`);
}

/** Uses a menu command on the `nth` last message that has a menu. @throws Error when there is none, or Discord's client would refuse */
export async function openMenu(
  actor: Actor,
  messages: readonly Message[],
  { name, nth }: { name: string; nth: number },
): Promise<Invocation> {
  const message = messages.filter(({ ephemeralFor }) => ephemeralFor === undefined).at(-nth);
  if (!message) throw new Error('there is no such message here');
  return actor.menu(name, message);
}
