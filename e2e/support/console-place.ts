import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand, startCommand, tempDir } from '@polygate/testkit';
import type { Step } from './console-blocks.ts';
import { freshClone, shareFetched } from './fresh-clone.ts';
import { finished, Pids, type Setting, translate } from './shown-output.ts';
import { SystemdBox } from './systemd-box.ts';
import { afterTest, newWorld, ROOT } from './world.ts';

/** Where the commands of a page are typed. */
interface Place {
  setting: Setting;
  /** Runs a script to its end: both outputs as one, and its exit code. */
  run(script: string): Promise<{ output: string; code: number | null }>;
  /** Starts a script in a terminal of its own. Needed by pages that show such a command. */
  start?(script: string): Terminal;
}

interface Terminal {
  readUntil(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ctrl-C, and what it has printed when it has ended. */
  interrupt(): Promise<string>;
}

/** A home with a fresh clone of this repository in ~/polygate, and ~/.local/bin on PATH. */
export async function worldWithClone(): Promise<Place> {
  const world = await newWorld();
  await freshClone(world.at('polygate'));
  const env = {
    ...world.env,
    PATH: `${world.at('.local/bin')}:${world.env.PATH}`,
    ...(await shareFetched(world.home)),
  };
  const argv = (script: string) => ['sh', '-c', `exec 2>&1\n${script}`];
  return {
    setting: { home: world.home, firstPort: world.firstPort },
    run: async (script) => {
      const { stdout, code } = await runCommand(argv(script), { env, cwd: world.home, timeoutMs: 150_000 });
      return { output: stdout, code };
    },
    start: (script) => {
      const running = startCommand(argv(script), { env, cwd: world.home, group: true });
      afterTest(() => running.stop('SIGINT'));
      return {
        readUntil: (pattern) => running.readUntil(pattern, 60_000),
        interrupt: async () => {
          await running.stop('SIGINT');
          return running.stdout;
        },
      };
    },
  };
}

/** A machine with a real systemd, and an ordinary account "you" that has installed the command into ~/.local. */
export async function machineWithSystemd(): Promise<Place> {
  const box = await SystemdBox.up({ user: 'you' });
  afterTest(() => box.down());
  const sh = (script: string, input?: string) =>
    box.exec(['sh', '-c', `exec 2>&1\n${script}`], { session: 'login', ...(input === undefined ? {} : { input }) });
  const install = await sh(
    'cd && base64 -d > polygate.tgz && npm install --global --offline --prefix ~/.local "$PWD/polygate.tgz" && rm polygate.tgz',
    await packed(),
  );
  if (install.code !== 0) throw new Error(`cannot install the command: ${install.stdout}`);
  return {
    setting: { home: '/home/you', firstPort: 18_789 },
    run: async (script) => {
      const { stdout, code } = await sh(`cd\n${script}`);
      return { output: stdout, code };
    },
  };
}

/** The package as npm packs it, in base64: the box has a /tmp and a network of its own. */
async function packed(): Promise<string> {
  const dir = await tempDir();
  afterTest(() => dir.remove());
  const { stdout } = await runCommand(['npm', 'pack', '--silent', '--pack-destination', dir.path], {
    env: { PATH: process.env.PATH ?? '', HOME: dir.path },
    cwd: path.join(ROOT, 'packages/cli'),
  });
  return readFile(path.join(dir.path, stdout.trim()), 'base64');
}

/**
 * Types the commands of a page one after the other, as somebody who reads it would, and compares what they print.
 * @throws Error with place, command, and both outputs, at the first that differs
 */
export async function follow(steps: readonly Step[], place: Place): Promise<void> {
  const pids = new Pids();
  let directory = '';
  let lastCode: number | null = 0;
  for (const { at, command, shown, afterInterrupt, stays } of steps) {
    const typed = pids.inCommand(translate(command, place.setting));
    if (typed.startsWith('cd ')) {
      directory = `${typed}\n`;
      continue;
    }
    const lines = (texts: readonly string[]) => texts.map((text) => translate(text, place.setting));
    const script = `${directory}(exit ${lastCode ?? 1})\n${typed}`;
    const compare = (output: string, expected: readonly string[]) => {
      const match = pids.pattern(expected).exec(finished(output));
      if (!match) throw new Error(`${at}: $ ${command}\n--- shown:\n${expected.join('\n')}\n--- printed:\n${output}`);
      pids.learn(match);
    };
    if (stays || afterInterrupt) {
      if (!place.start) throw new Error(`${at}: a command that runs on cannot be shown here`);
      const terminal = place.start(script);
      const before = await terminal.readUntil(pids.pattern(lines(shown), true));
      if (stays) pids.learn(before);
      else compare(await terminal.interrupt(), lines([...shown, ...(afterInterrupt as string[])]));
    } else {
      const { output, code } = await place.run(script);
      lastCode = code;
      compare(output, lines(shown));
    }
  }
}
