import { existsSync } from 'node:fs';
import path from 'node:path';
import { claimPortBlock, type Finished, type Running, runCommand, startCommand, tempDir } from '@polygate/testkit';
import { withoutSecrets } from './no-secret.ts';
import { finishedAsPublished } from './schemas.ts';

export const ROOT: string = path.resolve(import.meta.dirname, '..', '..');
const BIN = path.join(ROOT, 'packages/cli/bin');

/** A machine of its own for one test: home, ports, environment; everything it started ends with it. */
export interface World {
  home: string;
  /** First base port that this world proposes. */
  firstPort: number;
  env: Record<string, string>;
  /** The path of a file below the home directory. */
  at(...parts: string[]): string;
  /** Runs `zero …` (or another name) to its end. What it prints with --json must be as published, and nothing that it prints a secret. */
  zero(...args: string[]): Promise<Finished>;
  polygate(...args: string[]): Promise<Finished>;
  run(argv: readonly string[], env?: Record<string, string>): Promise<Finished>;
  start(...args: string[]): Running;
  /** The whole command line of the built command, for spawning it in other ways. */
  command(...args: string[]): string[];
}

const cleanups: (() => Promise<unknown>)[] = [];
const cleanupsOfFile: (() => Promise<unknown>)[] = [];

/** Ends what a test began, or a file. In reverse: processes before the directories they write to. */
export async function cleanUp(of: 'test' | 'file'): Promise<void> {
  for (const cleanup of (of === 'test' ? cleanups : cleanupsOfFile).splice(0).reverse()) await cleanup();
}

/** What is made in here is for all tests of a file (beforeAll), as it costs too much for one: it ends after the last of them. */
export async function forAllTests<T>(make: () => Promise<T>): Promise<T> {
  const before = cleanups.length;
  try {
    return await make();
  } finally {
    cleanupsOfFile.push(...cleanups.splice(before));
  }
}

/** Registers something to be done after the test, whatever its end. */
export function afterTest(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup);
}

/** A world in which nothing was set up, on a port that is nobody's: the product's own may be in use on this machine. */
export async function emptyWorld(): Promise<World> {
  const world = await newWorld();
  world.env.ZERO_GATEWAY_PORT = String(world.firstPort);
  return world;
}

/** With a first port of its own it claims none: a world in a private network needs no leave of the others. */
export async function newWorld(extraEnv: Record<string, string> = {}): Promise<World> {
  const own = extraEnv.POLYGATE_FIRST_PORT;
  const claimed = own === undefined ? claimPortBlock() : { first: Number(own), release: async () => undefined };
  const [dir, block] = await Promise.all([tempDir(), claimed]);
  afterTest(() => block.release());
  afterTest(() => dir.remove());
  const env = {
    // Nobody's crontab is touched.
    PATH: `${path.join(import.meta.dirname, 'bin')}:${process.env.PATH ?? '/usr/bin:/bin'}`,
    HOME: dir.path,
    LANG: 'C.UTF-8',
    // Nobody's service manager is asked: a story that needs one boots its own.
    XDG_RUNTIME_DIR: dir.path,
    // What one world compiled, the next need not; and no home has more in it than what a story is about.
    XDG_CACHE_HOME: path.join(ROOT, 'node_modules/.cache'),
    POLYGATE_FIRST_PORT: String(block.first),
    ...extraEnv,
  };
  const command = (...args: string[]) => [process.execPath, path.join(BIN, 'zero.cjs'), ...args];
  const finished = async (args: string[], argv: string[]) =>
    withoutSecrets(dir.path, finishedAsPublished(args, await runCommand(argv, { env, cwd: dir.path })));
  afterTest(async () => {
    if (existsSync(path.join(dir.path, '.local/state/polygate/supervisor/control.sock')))
      await runCommand(command('down'), { env, cwd: dir.path });
  });
  return {
    home: dir.path,
    firstPort: block.first,
    env,
    at: (...parts) => path.join(dir.path, ...parts),
    command,
    zero: (...args) => finished(args, command(...args)),
    polygate: (...args) => finished(args, [process.execPath, path.join(BIN, 'polygate.cjs'), ...args]),
    run: (argv, more = {}) => runCommand(argv, { env: { ...env, ...more }, cwd: dir.path }),
    start: (...args) => {
      const running = startCommand(command(...args), { env, cwd: dir.path });
      afterTest(() => running.stop());
      return running;
    },
  };
}
