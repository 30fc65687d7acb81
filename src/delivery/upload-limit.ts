import { MAX_MESSAGE_BYTES } from './fit-images.ts';

/** After this many refusals, the job's images are delivered without files. */
const MAX_REFUSALS = 6;
/** The next try, relative to the size that was refused: a file that is hardly smaller would be refused as well. */
const NEXT_SIZE = 3 / 4;

/** How large Discord lets a job's files be: the documented limit, until it refuses that. Each try is smaller than what was refused last. */
export class UploadLimit {
  #messageBytes: number;
  #refusals = 0;

  /** @param messageBytes the limit that an earlier process has found */
  constructor(messageBytes = MAX_MESSAGE_BYTES) {
    this.#messageBytes = messageBytes;
  }

  /** Total size of the files of one message. */
  get messageBytes(): number {
    return this.#messageBytes;
  }

  /** Lowers the limit after Discord refused the files of a message: several are then sent one by one, a single one is made smaller. */
  refuse(fileBytes: readonly number[]): void {
    this.#refusals += 1;
    const largest = Math.max(0, ...fileBytes);
    if (this.#refusals >= MAX_REFUSALS) this.#messageBytes = 0;
    else this.#messageBytes = fileBytes.length > 1 ? largest : Math.floor(largest * NEXT_SIZE);
  }
}
