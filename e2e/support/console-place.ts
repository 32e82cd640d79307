import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { runCommand, startCommand } from '@polygate/testkit';
import type { Step } from './console-blocks.ts';
import { freshClone } from './fresh-clone.ts';
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

/** A home with a fresh clone of this repository in ~/polygate, and npm's global folder on PATH. */
export async function worldWithClone(): Promise<Place> {
  const world = await newWorld();
  await freshClone(world.at('polygate'));
  const prefix = world.at('.npm-global');
  await mkdir(prefix);
  const env = {
    ...world.env,
    PATH: `${prefix}/bin:${world.env.PATH}`,
    npm_config_prefix: prefix,
    npm_config_update_notifier: 'false',
    npm_config_cache: process.env.npm_config_cache ?? world.at('npm-cache'),
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
        readUntil: (pattern) => running.readUntil(pattern, 150_000),
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
  const sh = (script: string) => box.exec(['sh', '-c', `exec 2>&1\n${script}`], { session: 'login' });
  const packed = path.join(ROOT, 'packages/cli');
  const install = await sh(
    `cd && npm install --global --offline --prefix ~/.local "$PWD/$(npm pack --silent '${packed}')" && rm -- *.tgz`,
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
