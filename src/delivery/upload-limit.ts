import { MAX_MESSAGE_BYTES } from './fit.ts';

/** After so many refusals a job does without files. */
const MAX_REFUSALS = 6;
/** Of the size of a file that was refused: what is hardly smaller would be refused as well. */
const SMALLER = 3 / 4;

/** How much Discord takes of a job's files: what it has said, until it refuses that. Each try is smaller than what was refused last. */
export class UploadLimit {
  #messageBytes: number;
  #refusals = 0;

  /** @param messageBytes what an earlier process has learned */
  constructor(messageBytes = MAX_MESSAGE_BYTES) {
    this.#messageBytes = messageBytes;
  }

  /** What the files of one message may have together. */
  get messageBytes(): number {
    return this.#messageBytes;
  }

  /** Notes the sizes of files that Discord refused in one message: several go out one by one, a single one has to become smaller. */
  refuse(fileBytes: readonly number[]): void {
    this.#refusals += 1;
    const largest = Math.max(0, ...fileBytes);
    if (this.#refusals >= MAX_REFUSALS) this.#messageBytes = 0;
    else this.#messageBytes = fileBytes.length > 1 ? largest : Math.floor(largest * SMALLER);
  }
}
