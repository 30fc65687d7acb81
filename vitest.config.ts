import { defineConfig } from 'vitest/config';

const NETWORK = 'test/support/closed-network.ts';
const POSTGRES = {
  globalSetup: ['test/support/postgres/server.ts'],
  setupFiles: [NETWORK, 'test/support/postgres/skip.ts'],
};

/** A machine that CI shares with others may starve bots for seconds: a fault of ours fails twice. The report names what was retried. */
const RETRIES = process.env['CI'] ? 1 : 0;

/** `npm test` runs the projects `unit` and `e2e` without what is tagged `slow`; `npm run test:all` runs everything. */
export default defineConfig({
  test: {
    tags: [{ name: 'slow', description: 'runs in test:all only' }],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/storage/postgres/**', 'test/cluster/**'],
          setupFiles: [NETWORK],
          testTimeout: 15_000,
          // Files share no state, and loading everything anew for each of them takes longer than the tests.
          isolate: false,
          maxWorkers: 3,
          // Those that say they may run at the same time mostly wait.
          maxConcurrency: 12,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'postgres',
          // What is stored is the same in every database: these run over SQLite in the project above.
          include: [
            'test/storage/{crash,database,migrate}.test.ts',
            'test/storage/postgres/*.test.ts',
            'test/jobs/{delivery-records,drafts,job-finder,member-images,runner,shares,store}.test.ts',
            'test/jobs/{peers/leases,permits/{hold,ledger},render-times/store,upkeep/old-jobs}.test.ts',
            'test/people/{erase,export}-person.test.ts',
            'test/settings/{admission,old-settings,preference-store,store,usage-store}.test.ts',
          ],
          ...POSTGRES,
          testTimeout: 15_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/*.test.ts'],
          ...POSTGRES,
          testTimeout: 60_000,
          hookTimeout: 30_000,
          retry: RETRIES,
          // Each test starts three bots or more, which mostly wait.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // Each file has a bot and a sandbox of its own, which mostly wait. The second setup file warns when they starve each other.
          setupFiles: [NETWORK, 'test/support/starvation.ts'],
          // As for unit tests.
          isolate: false,
          // Generous, since the machine may be busy with other work: what is awaited takes a second or two.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          retry: RETRIES,
          // Tests that run at the same time wait for answers.
          maxConcurrency: 14,
          maxWorkers: 8,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
