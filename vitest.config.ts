import { defineConfig } from 'vitest/config';

/**
 * Unit tests run in parallel. End-to-end tests never run beside them, one file at a time: each has
 * the engine and the processors to itself, and what drill leaves there fails the suite.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/controls/**', 'test/table/**'],
          pool: 'forks',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/nothing-left.ts'],
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          maxConcurrency: 2,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Ten minutes of drills that must fail: a command of its own, `npm run test:controls`.
        test: {
          name: 'controls',
          include: ['test/controls/**/*.test.ts'],
          globalSetup: ['test/e2e/nothing-left.ts'],
          pool: 'forks',
          maxWorkers: 1,
          maxConcurrency: 2,
          testTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Every fault by every way it comes off: `npm run test:table`.
        test: {
          name: 'table',
          include: ['test/table/**/*.test.ts'],
          globalSetup: ['test/e2e/nothing-left.ts'],
          pool: 'forks',
          maxWorkers: 1,
          hookTimeout: 300_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
