/** What a button does with the job it belongs to. */
export const BUTTON_ACTIONS = ['cancel', 'reroll', 'new-seed', 'delete'] as const;
export type ButtonAction = (typeof BUTTON_ACTIONS)[number];

const JOB_ID = /^[0-9a-z]{13}$/;

/** `action:jobId`, within Discord's 100 characters. */
export function customId(action: ButtonAction, jobId: string): string {
  return `${action}:${jobId}`;
}

/** The action and job of a custom_id; undefined when it is none of ours: anyone can send any text as one. */
export function parseCustomId(text: string): { action: ButtonAction; jobId: string } | undefined {
  const [name, jobId, ...rest] = text.split(':');
  const action = BUTTON_ACTIONS.find((known) => known === name);
  if (!action || jobId === undefined || rest.length > 0 || !JOB_ID.test(jobId)) return undefined;
  return { action, jobId };
}
