import { now } from '../time.ts';
import { ALL_RECORDS } from './all-records.ts';
import type { ExportEntry, Statements } from './person-records.ts';
import { isoTime } from './plain-value.ts';

/** Room for what each part says of itself, and for the names of the lists. */
const FRAME_BYTES = 4_096;

/** How large a part may be, and how many there may be. */
export interface ExportRoom {
  readonly maxBytes: number;
  readonly maxParts: number;
}

const UNLIMITED: ExportRoom = { maxBytes: Number.POSITIVE_INFINITY, maxParts: 1 };

export interface PersonExport {
  /** Each a whole JSON document. */
  readonly files: readonly string[];
  /** False when there was no room for all of it; the files say so, too. */
  readonly isComplete: boolean;
}

/** All that is stored about a person as JSON. */
export async function exportPerson(
  db: Statements,
  userId: string,
  { maxBytes, maxParts }: ExportRoom = UNLIMITED,
): Promise<PersonExport> {
  const parts: ExportEntry[][] = [[]];
  let bytes = FRAME_BYTES;
  let isComplete = true;
  for await (const item of readAll(db, userId)) {
    const itsBytes = bytesOf(item);
    if (bytes + itsBytes > maxBytes) {
      isComplete = parts.length < maxParts;
      if (!isComplete) break;
      parts.push([]);
      bytes = FRAME_BYTES;
    }
    bytes += itsBytes;
    parts.at(-1)?.push(item);
  }
  const exportedAt = isoTime(now());
  const files = parts.map((items, index) => {
    const about = { userId, exportedAt, part: index + 1, parts: parts.length, isComplete };
    return `${JSON.stringify({ ...about, ...listsOf(items) }, null, 2)}\n`;
  });
  return { files, isComplete };
}

async function* readAll(db: Statements, userId: string): AsyncIterable<ExportEntry> {
  for (const records of ALL_RECORDS) yield* records.read(db, userId);
}

/** What an entry takes in the document, where each of its lines stands further right. */
function bytesOf({ entry }: ExportEntry): number {
  const text = JSON.stringify(entry, null, 2);
  return Buffer.byteLength(text) + 4 * text.split('\n').length + 2;
}

function listsOf(items: readonly ExportEntry[]): Readonly<Record<string, readonly object[]>> {
  const names = ALL_RECORDS.flatMap(({ lists }) => lists);
  return Object.fromEntries(
    names.map((name) => [name, items.filter(({ list }) => list === name).map(({ entry }) => entry)]),
  );
}
