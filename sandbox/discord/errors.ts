/** Errors as documented. Where the documentation names no HTTP status for a code, it is the one seen in public reports.
 * @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const ERRORS = {
  unauthorized: [401, 0, '401: Unauthorized'],
  notFound: [404, 0, '404: Not Found'],
  methodNotAllowed: [405, 0, '405: Method Not Allowed'],
  unknownApplication: [404, 10002, 'Unknown Application'],
  unknownChannel: [404, 10003, 'Unknown Channel'],
  unknownGuild: [404, 10004, 'Unknown Guild'],
  unknownMember: [404, 10007, 'Unknown Member'],
  unknownMessage: [404, 10008, 'Unknown Message'],
  unknownUser: [404, 10013, 'Unknown User'],
  unknownWebhook: [404, 10015, 'Unknown Webhook'],
  unknownInteraction: [404, 10062, 'Unknown interaction'],
  unknownCommand: [404, 10063, 'Unknown application command'],
  explicitContent: [403, 20009, 'Explicit content cannot be sent to the desired recipient(s)'],
  tooManyAttachments: [400, 30015, 'Maximum number of attachments in a message reached (10)'],
  tooManyCreates: [400, 30034, 'Maximum number of daily application command creates has been reached (200)'],
  requestTooLarge: [413, 40005, 'Request entity too large'],
  alreadyAcknowledged: [400, 40060, 'Interaction has already been acknowledged.'],
  badUserAgent: [403, 40333, 'internal network error'],
  missingAccess: [403, 50001, 'Missing Access'],
  notTheAuthor: [403, 50005, 'Cannot edit a message authored by another user'],
  emptyMessage: [400, 50006, 'Cannot send an empty message'],
  cannotMessageUser: [403, 50007, 'Cannot send messages to this user'],
  wrongChannelType: [400, 50024, 'Cannot execute action on this channel type'],
  missingPermissions: [403, 50013, 'Missing Permissions'],
  invalidWebhookToken: [401, 50027, 'Invalid Webhook Token'],
  invalidRecipient: [400, 50033, 'Invalid Recipient(s)'],
  invalidForm: [400, 50035, 'Invalid Form Body'],
  fileTooLarge: [400, 50045, 'File uploaded exceeds the maximum size'],
  entryPointLeftOut: [
    400,
    50240,
    "You cannot remove this app's Entry Point command in a bulk update operation. Please include the Entry Point command in your update request or delete it separately.",
  ],
  harmfulLink: [403, 240000, 'Message blocked by harmful links filter'],
  uploadsLimited: [403, 400001, 'Access to file uploads has been limited for this server'],
  invalidJson: [400, 50109, 'The request body contains invalid JSON.'],
} as const satisfies Record<string, readonly [number, number, string]>;

/** The rule that a rejected request broke, and how. */
export interface Breach {
  rule: string;
  detail: string;
}

/** Answers a request with one of Discord's JSON error codes. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: number;
  readonly errors: unknown;
  /** Set when a bot that follows the documentation would not have sent the request. */
  readonly breach: Breach | undefined;

  constructor(error: keyof typeof ERRORS, breach?: Breach, errors?: unknown) {
    const [status, code, message] = ERRORS[error];
    super(message);
    this.status = status;
    this.code = code;
    this.breach = breach;
    this.errors = errors;
  }

  body(): unknown {
    return { message: this.message, code: this.code, ...(this.errors === undefined ? {} : { errors: this.errors }) };
  }
}

/** Nested by key, with lists under `_errors`. */
interface ErrorTree {
  [key: string]: ErrorTree | { code: string; message: string }[];
}

/** Builds the 50035 error from problems that begin with a path: `embeds[0].title: too long`. */
export function invalidForm(problems: readonly string[]): ApiError {
  const tree: ErrorTree = {};
  for (const problem of problems) {
    const { path, message } = split(problem);
    let node = tree;
    for (const key of path) {
      const next = node[key] ?? {};
      if (Array.isArray(next)) break;
      node[key] = next;
      node = next;
    }
    const before = node['_errors'];
    node['_errors'] = [...(Array.isArray(before) ? before : []), { code: 'BASE_TYPE_INVALID', message }];
  }
  return new ApiError('invalidForm', { rule: 'request body', detail: problems.join('; ') }, tree);
}

function split(problem: string): { path: string[]; message: string } {
  const [, path, message] = /^([\w.[\]]+): (.+)$/s.exec(problem) ?? [];
  if (path === undefined || message === undefined) return { path: [], message: problem };
  return { path: path.split(/[.[\]]+/).filter((key) => key !== ''), message };
}
