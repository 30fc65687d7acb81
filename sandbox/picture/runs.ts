import type { Face } from './faces.ts';

/** How a piece of text looks. */
export interface Style {
  face: Face;
  /** px */
  size: number;
  colour: string;
  /** Of a rounded box behind it. */
  background?: string;
  underline?: boolean;
  strike?: boolean;
  /** Takes its room, but isn't to be read. */
  hidden?: boolean;
}

/** A piece of text of one style. */
export interface Run {
  text: string;
  style: Style;
}
