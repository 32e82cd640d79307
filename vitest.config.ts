import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './e2e/support/longest-first.ts';

export default defineConfig({
  test: {
    // Stories wait for processes most of the time: two more than there are processors keep those busy.
    maxWorkers: Math.max(4, availableParallelism() + 2),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.mjs'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          // Unit tests share nothing but code: a fresh process for each file would cost more than all of the tests.
          isolate: false,
          // How busy the machine is must not decide.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/*.test.ts'],
          globalSetup: ['e2e/support/global-setup.ts'],
          setupFiles: ['e2e/support/each-file.ts'],
          // Loading what stories stand on would cost each file half a second anew.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // npm run e2e:deep: not part of npm test, which has eight minutes.
        test: {
          name: 'deep',
          include: ['e2e/deep/*.test.ts'],
          globalSetup: ['e2e/support/global-setup.ts'],
          setupFiles: ['e2e/support/each-file.ts'],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // npm run e2e:family: not part of npm test, it needs what it installs from npm.
        test: {
          name: 'family',
          include: ['e2e/family/*.test.ts'],
          globalSetup: ['e2e/support/global-setup.ts'],
          setupFiles: ['e2e/support/each-file.ts'],
          // A first start of a real gateway takes the processors for half a minute.
          testTimeout: 900_000,
          hookTimeout: 600_000,
        },
      },
      {
        // npm run e2e:windows: not part of npm test, it needs Wine.
        test: {
          name: 'windows',
          include: ['e2e/windows/*.test.ts'],
          globalSetup: ['e2e/windows/support/global-setup.ts'],
          // Each command starts several programs, and Wine starts one at a time.
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
