import { PARAMETERS } from '../segmind/parameters.ts';
import { MAX_CHOICES } from './config/choices.ts';

const { min, max, multipleOf } = PARAMETERS.width;
const ALL = Array.from({ length: (max - min) / multipleOf + 1 }, (_, index) => min + index * multipleOf);
/** The sides of the SDXL sizes, and the limits: what most people look for. */
const USUAL = [512, 640, 768, 832, 896, 1024, 1152, 1216, 1280, 1344, 1536, 1792, 2048];

/** Multiples of 8 for a side of the image: those that start like what was typed, then those nearest to it. */
export function dimensionChoices(typed: string): { name: string; value: number }[] {
  const digits = typed.replace(/\D/g, '');
  const wanted = Number(digits);
  const choices =
    digits === ''
      ? USUAL
      : [
          ...ALL.filter((side) => String(side).startsWith(digits)),
          ...ALL.filter((side) => !String(side).startsWith(digits)).toSorted(
            (a, b) => Math.abs(a - wanted) - Math.abs(b - wanted),
          ),
        ];
  return choices.slice(0, MAX_CHOICES).map((side) => ({ name: String(side), value: side }));
}
