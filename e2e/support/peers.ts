import { type Finished, runCommand } from '@polygate/testkit';

interface Peer {
  node: string;
  entry: string;
}

/** A real member of the family, as `npm run e2e:family` installed it. */
export function peer(id: string): Peer {
  const peers = JSON.parse(process.env.POLYGATE_PEERS ?? '{}') as Record<string, Peer>;
  const found = peers[id];
  if (!found) throw new Error(`${id} is not installed: use npm run e2e:family`);
  return found;
}

/**
 * Runs its command with a home and an environment of its own. What its channels, its browser and its updates would look for is
 * switched off; `inside` puts it into a network that has loopback only.
 */
export function runPeer(
  { node, entry }: Peer,
  args: readonly string[],
  { home, env = {}, inside }: { home: string; env?: Record<string, string>; inside(argv: readonly string[]): string[] },
): Promise<Finished> {
  const off = [
    'SKIP_CHANNELS',
    'SKIP_BROWSER_CONTROL_SERVER',
    'SKIP_CANVAS_HOST',
    'SKIP_GMAIL_WATCHER',
    'SKIP_CRON',
    'DISABLE_BONJOUR',
  ];
  const switches = Object.fromEntries(['OPENCLAW', 'CLAWDBOT'].flatMap((brand) => off.map((name) => [`${brand}_${name}`, '1'])));
  return runCommand(inside([node, entry, ...args]), {
    cwd: home,
    env: {
      HOME: home,
      PATH: `${node.slice(0, node.lastIndexOf('/'))}:/usr/bin:/bin`,
      LANG: 'C.UTF-8',
      TERM: 'dumb',
      NO_COLOR: '1',
      ...switches,
      ...env,
    },
    timeoutMs: 400_000,
  });
}
