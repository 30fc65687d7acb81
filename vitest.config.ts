import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/storage/postgres/**', 'test/cluster/**'],
          setupFiles: ['test/support/closed-network.ts'],
          testTimeout: 15_000,
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
            'test/jobs/{claims,gate,old-jobs,run,stops,store}.test.ts',
            'test/settings/{admission,store,usage-store}.test.ts',
          ],
          globalSetup: ['test/support/postgres/server.ts'],
          setupFiles: ['test/support/closed-network.ts', 'test/support/postgres/skip.ts'],
          testTimeout: 15_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/*.test.ts'],
          globalSetup: ['test/support/postgres/server.ts'],
          setupFiles: ['test/support/closed-network.ts', 'test/support/postgres/skip.ts'],
          testTimeout: 60_000,
          hookTimeout: 30_000,
          // Each test starts three bots or more, which mostly wait.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          setupFiles: ['test/support/closed-network.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // Each test file has a bot and a sandbox of its own: more than two at once starve each other on a small machine.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
