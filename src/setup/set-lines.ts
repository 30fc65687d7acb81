/**
 * Sets settings in the text of a `.env` file: each at its line, or where it is commented out, or at the end. The `..._FILE` line of a
 * secret is commented out. All other lines stay unchanged.
 * @param values by name, without quotes, spaces or line breaks
 */
export function setLines(text: string, values: ReadonlyMap<string, string>): string {
  let lines = text === '' ? [] : text.replace(/\r?\n$/, '').split('\n');
  for (const [name, value] of values) {
    const active = new RegExp(`^\\s*(export\\s+)?${name}\\s*[=:]`);
    const commented = new RegExp(`^#\\s*${name}=`);
    const fileSetting = new RegExp(`^\\s*(export\\s+)?${name}_FILE\\s*[=:]`);
    const isThere = lines.some((line) => active.test(line));
    const at = lines.findIndex((line) => (isThere ? active : commented).test(line));
    const ending = lines.some((line) => line.endsWith('\r')) ? '\r' : '';
    const set = `${name}=${value}${ending}`;
    if (at === -1) lines.push(set);
    else lines[at] = set;
    lines = lines
      // Removes repeated lines, of which the last one would count.
      .filter((line, index) => index === at || at === -1 || !active.test(line))
      .map((line) => (fileSetting.test(line) ? `# ${line}` : line));
  }
  return `${lines.join('\n')}\n`;
}
