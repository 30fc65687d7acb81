import { z } from 'zod';
import type { FromPage } from '../protocol.ts';

const id = z.int();
const text = z.string();

/** What the page may send. */
export const actionSchema: z.ZodType<FromPage> = z.discriminatedUnion('do', [
  z.object({ id, do: z.enum(['command', 'say', 'complete']), text }),
  z.object({ id, do: z.literal('press'), messageId: text, customId: text }),
  z.object({ id, do: z.literal('menu'), messageId: text, name: text }),
  z.object({ id, do: z.literal('select'), messageId: text, customId: text, values: z.array(text) }),
  z.object({
    id,
    do: z.literal('submit'),
    interactionId: text,
    fields: z.record(text, z.union([text, z.array(text)])),
  }),
  z.object({
    id,
    do: z.literal('switch'),
    user: text.exactOptional(),
    place: text.exactOptional(),
    locale: text.exactOptional(),
  }),
  z.object({ id, do: z.literal('fault'), name: text }),
  z.object({ id, do: z.enum(['kill', 'start']) }),
]);
