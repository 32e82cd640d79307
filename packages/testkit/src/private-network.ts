import { spawn, spawnSync } from 'node:child_process';

// util-linux. --map-root-user: an ordinary account may do this too, where the system lets it make namespaces.
const UNSHARE = ['unshare', '--map-root-user', '--net'];
const LOOPBACK_UP = 'ip link set lo up';

/** Why no network of a test's own can be made here; undefined when it can. */
export function whyNoNetwork(): string | undefined {
  if (process.platform !== 'linux') return 'a private network needs Linux';
  const [program = '', ...args] = UNSHARE;
  const tried = spawnSync(program, [...args, 'sh', '-c', LOOPBACK_UP], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : 'unshare --net and ip do not work here';
}

export interface PrivateNetwork {
  /** A command line that runs another one in it. */
  inside(argv: readonly string[]): string[];
  release(): Promise<void>;
}

/**
 * A network of its own for one test: only loopback, and every port free. It is where fixed ports may be used, since nothing
 * outside sees them. It lives in the namespace of a child process and is gone with it.
 */
export async function privateNetwork(): Promise<PrivateNetwork> {
  const [program = '', ...args] = UNSHARE;
  const child = spawn(program, [...args, 'sh', '-c', `${LOOPBACK_UP} && echo ready && exec cat`], {
    // It ends with whoever made it, however that ends.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`the private network failed (${code})`)));
  });
  const enter = ['nsenter', '--target', String(child.pid), '--user', '--net', '--preserve-credentials', '--'];
  return {
    inside: (argv) => [...enter, ...argv],
    async release() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
