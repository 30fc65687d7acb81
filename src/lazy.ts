/** Makes a value when it is first asked for, and keeps it: at the start, it would cost time and memory. */
export function lazy<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
