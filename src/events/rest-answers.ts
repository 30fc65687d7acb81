import { type REST, RESTEvents } from 'discord.js';

/** Tells of each answer of Discord's REST API: the method and the status, nothing of what it was about. */
export function watchAnswers(rest: REST, onAnswer: (method: string, status: number) => void): void {
  rest.on(RESTEvents.Response, ({ method }, { status }) => onAnswer(method, status));
}
