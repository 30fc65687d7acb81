import { chooseDriver } from '../storage/drivers.ts';
import { type Finding, ok, problem } from './finding.ts';

/** The supported releases, as in `engines` of package.json. */
function isSupported([major = 0, minor = 0]: readonly number[]): boolean {
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
}

/** Whether this Node can run the bot. @throws FatalError when no SQLite driver works on it */
export async function checkNode(version: string = process.versions.node): Promise<Finding> {
  if (!isSupported(version.split('.').map(Number))) {
    return problem(`Node ${version} is not supported: install Node 24, 22 (from 22.12) or 20 (from 20.19).`);
  }
  const driver = await chooseDriver();
  return ok(`Node ${version}, with SQLite by ${driver.name}.`);
}
