import type { SharedDatabase } from '../contract.ts';
import { ensureCurrent } from '../ensure-current.ts';
import { explain } from './explain.ts';
import { inspectServer, listTables } from './inspect.ts';
import { withPlainConnection } from './open.ts';
import { parsePostgresUrl } from './settings.ts';

/** As `useBeside`, for `postgres://` URLs. */
export async function usePostgresBeside<T>(url: string, work: (database: SharedDatabase) => Promise<T>): Promise<T> {
  const { settings, name } = parsePostgresUrl(url);
  return withPlainConnection(settings, async (db) => {
    try {
      await inspectServer(db, name);
      await ensureCurrent(db, await listTables(db), { name, kind: 'database' });
    } catch (error) {
      throw explain(error, name);
    }
    return work({ db, write: (steps) => db.transaction().execute(steps), scrub: async () => {} });
  });
}
