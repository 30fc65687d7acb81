const HOURGLASS = 'M22 18h20v5L33 32l9 9v5H22v-5l9-9-9-9z';
const PERSON = 'M32 16a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM14 52c0-10 8-15 18-15s18 5 18 15z';

/** Draws an avatar as an SVG file: an hourglass for the bot, a figure in a colour of its own for a member. */
export function drawAvatar(username: string): string {
  const isBot = username === 'timeless';
  const hue = [...username].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  const colour = isBot ? '#5865f2' : `hsl(${hue} 50% 45%)`;
  const path = isBot ? HOURGLASS : PERSON;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="${colour}"/><path fill="#fff" d="${path}"/></svg>`;
}
