/** Has the shape of a bot's token, and belongs to nobody. */
export const BOT_TOKEN = 'MTA5NjU0MzIxMDk4NzY1NDMyMQ.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789ABC';
