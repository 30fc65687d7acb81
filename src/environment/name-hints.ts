/** Prefixes of names that only this program uses. */
const OURS = /^(DISCORD|SEGMIND|JOB)_/;

/** Settings of earlier releases, which are ignored. */
const RETIRED: ReadonlySet<string> = new Set(['REDIS_URL', 'REDIS_URL_FILE']);

/** What to change about names that look like settings but aren't, one sentence each. */
export function hintAtNames(given: readonly string[], names: ReadonlySet<string>): string[] {
  const hints: string[] = [];
  const unknown: string[] = [];
  for (const name of given) {
    const meant = spell(name);
    if (RETIRED.has(meant)) hints.push(`${name} is no longer used: remove it.`);
    else if (names.has(meant)) hints.push(`${name} is no setting: write ${meant}.`);
    else if (OURS.test(name)) unknown.push(name);
  }
  if (unknown.length > 0) hints.push(`No setting is called ${unknown.join(' or ')}: .env.example lists them all.`);
  return hints;
}

/** Normalizes a name: `export discord-token ` is DISCORD_TOKEN. */
function spell(name: string): string {
  const words = name.replace(/^(export|set)\s+|^\$env:/i, '').match(/[A-Za-z0-9]+/g);
  return words?.join('_').toUpperCase() ?? '';
}
