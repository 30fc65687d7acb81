/** What is too long for a message, as a file to it. @param name letters, digits, `.`, `-` and `_`, which is what Discord keeps */
export function textFile(name: string, lines: readonly string[]): { attachment: Buffer; name: string } {
  return { attachment: Buffer.from(lines.map((line) => `${line}\n`).join('')), name };
}
