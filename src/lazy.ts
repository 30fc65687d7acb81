/** Makes a value once, when it is first asked for: what few servers use shouldn't take memory, or delay the start, everywhere. */
export function lazy<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
