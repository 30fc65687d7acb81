/** Looks like a bot's token, but isn't one. */
export const BOT_TOKEN = 'MTA5NjU0MzIxMDk4NzY1NDMyMQ.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789ABC';
