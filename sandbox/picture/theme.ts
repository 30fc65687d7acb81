/** Sizes are px of the drawing, which is written out at twice its size. */
export const WIDTH = 700;
export const SCALE = 2;

/** Colours as Discord's dark theme has them. */
export const COLOUR = {
  background: '#313338',
  embed: '#2b2d31',
  embedBar: '#1e1f22',
  text: '#dbdee1',
  strong: '#f2f3f5',
  muted: '#949ba4',
  link: '#00a8fc',
  brand: '#5865f2',
  mention: '#c9cdfb',
  mentionBackground: '#3d4270',
  time: '#3f4147',
  code: '#1e1f22',
  spoiler: '#111214',
  line: '#4e5058',
  white: '#ffffff',
} as const;
