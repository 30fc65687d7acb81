/**
 * discord.js uploads files with its own undici. A second version breaks every upload, while JSON calls still work.
 * This script exits with 1 unless npm finds exactly one version.
 */
import { execFileSync } from 'node:child_process';

/** @param {Record<string, { version?: string, dependencies?: object }>} dependencies */
function findVersions(dependencies = {}, found = new Set()) {
  for (const [name, { version, dependencies: inner }] of Object.entries(dependencies)) {
    if (name === 'undici' && version) found.add(version);
    findVersions(inner, found);
  }
  return found;
}

function listInstalled() {
  try {
    return execFileSync('npm', ['ls', 'undici', '--all', '--json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    // npm exits with 1 when the tree has any problem or no undici at all, but still prints the tree.
    return error.stdout;
  }
}

const versions = [...findVersions(JSON.parse(listInstalled()).dependencies)];
if (versions.length === 1) {
  console.log(`undici: one version, ${versions[0]}`);
} else {
  console.error(
    `undici: exactly one version is needed, found ${versions.length === 0 ? 'none' : versions.join(' and ')}`,
  );
  process.exitCode = 1;
}
