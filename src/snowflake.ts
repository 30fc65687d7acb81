import * as z from 'zod';

/** The form of Discord's ids, as a part of a pattern. @see https://discord.com/developers/docs/reference#snowflakes */
export const SNOWFLAKE_FORM = String.raw`\d{17,20}`;

/** A whole text that is an id. */
export const SNOWFLAKE = new RegExp(`^${SNOWFLAKE_FORM}$`);

/** An id as text. */
export const snowflake = z.string().regex(SNOWFLAKE);
