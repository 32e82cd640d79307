import { spawn, spawnSync } from 'node:child_process';

// util-linux: runs a program in namespaces of its own.
const UNSHARE = 'unshare';

/** Why no mount of a test's own can be made here; undefined when it can. */
export function whyNoMount(): string | undefined {
  if (process.platform !== 'linux') return 'a private mount needs Linux';
  if (process.getuid?.() !== 0) return 'a private mount needs root';
  const tried = spawnSync(UNSHARE, ['--mount', 'mount', '-n', '-t', 'tmpfs', 'none', '/mnt'], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : 'unshare and mount do not work here';
}

export interface PrivateMount {
  /** Where this process sees it: through /proc, since the mount is in a namespace of its own. */
  path: string;
  release(): Promise<void>;
}

/**
 * A small file system of its own for one test. It lives in the mount namespace of a child process, so nothing is ever mounted
 * on the machine, and it is gone with the child. `prepare` is a shell script that runs in it first (`$1` is its path).
 */
export async function privateMount(options: { mount: string; prepare?: string; remount?: string }): Promise<PrivateMount> {
  const script = [
    'set -e',
    `mount -n -t tmpfs -o ${options.mount} none "$1"`,
    options.prepare ?? ':',
    options.remount === undefined ? ':' : `mount -n -o remount,${options.remount} "$1"`,
    'echo ready',
    'exec sleep 600',
  ].join('\n');
  const child = spawn(UNSHARE, ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', '/mnt'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('close', (code) => reject(new Error(`the private mount failed (${code})`)));
  });
  return {
    path: `/proc/${child.pid}/root/mnt`,
    async release() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
