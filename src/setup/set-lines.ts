/**
 * Sets settings in the text of a `.env` file, each where it stands, or where it is commented out, or else at the end. A line for
 * the file that a secret could come from instead is commented out. All other lines stay as they are.
 * @param values by name, without quotes, spaces or line breaks
 */
export function setLines(text: string, values: ReadonlyMap<string, string>): string {
  let lines = text === '' ? [] : text.replace(/\r?\n$/, '').split('\n');
  for (const [name, value] of values) {
    const active = new RegExp(`^\\s*(export\\s+)?${name}\\s*[=:]`);
    const commented = new RegExp(`^#\\s*${name}=`);
    const elsewhere = new RegExp(`^\\s*(export\\s+)?${name}_FILE\\s*[=:]`);
    const isThere = lines.some((line) => active.test(line));
    const at = lines.findIndex((line) => (isThere ? active : commented).test(line));
    const ending = lines.some((line) => line.endsWith('\r')) ? '\r' : '';
    const set = `${name}=${value}${ending}`;
    if (at === -1) lines.push(set);
    else lines[at] = set;
    lines = lines
      // Of several, the last one would count.
      .filter((line, index) => index === at || at === -1 || !active.test(line))
      .map((line) => (elsewhere.test(line) ? `# ${line}` : line));
  }
  return `${lines.join('\n')}\n`;
}
