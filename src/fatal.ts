/** A reason to end the process that the operator has to act on; its message is the one line that is printed. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
}
