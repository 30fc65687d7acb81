/** An error that ends the process, and that the operator has to act on; its message is printed as one line. */
export class FatalError extends Error {
  override readonly name = 'FatalError';
}
