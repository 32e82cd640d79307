import { randomFrom } from '../seeded.ts';
import { ODD, type Random } from './frames.ts';
import type { FuzzTarget } from './fuzz.ts';
import { type Answer, DOCUMENTED, Peer } from './peer.ts';

type Config = { [key: string]: unknown };
interface Got {
  hash: string;
  config: Config;
  valid: boolean;
}

export interface ConfigsReport {
  requests: number;
  answers: Record<string, number>;
  /** Times that the gateway restarted in place under them. */
  restarts: number;
  served: number;
  faults: string[];
  /** The config at the end, as the gateway tells it. */
  last: Got;
}

const CLIENTS = 4;
/** Of requests that are asked for one after the other, until the config that they start from is read anew. */
const FROM_ONE_READING = 5;

/**
 * Changes of the config that may be anything, from several clients at once, while a good one is served. None may leave a config by
 * which no gateway could run, or that has another secret: the clients come in again after each restart in place.
 */
export async function configs(
  target: Pick<FuzzTarget, 'port' | 'token'>,
  { seed, requests }: { seed: number; requests: number },
): Promise<ConfigsReport> {
  const report = { requests: 0, answers: {} as Record<string, number>, restarts: 0, served: 0, faults: [] as string[] };
  let over = false;
  const client = (random: Random, goesOn: () => boolean, act: (peer: Peer, random: Random) => Promise<void>) =>
    untilDone(target, goesOn, (peer) => act(peer, random), report);
  const good = client(
    randomFrom(seed),
    () => !over,
    async (peer) => {
      await peer.ask(`good ${report.served}`, 'health');
      report.served += 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
    },
  );
  const changing = Array.from({ length: CLIENTS }, (_, i) =>
    client(
      randomFrom(seed * 1000 + i),
      () => report.requests < requests,
      async (peer, random) => {
        const got = (await peer.ask('get', 'config.get')).payload as Got | undefined;
        // It restarts just now: the next connection is told.
        if (!got) return;
        for (let n = 0; n < FROM_ONE_READING; n += 1) {
          report.requests += 1;
          note(await peer.ask(`c${report.requests}`, ...changeOf(got, random)), report);
        }
      },
    ),
  );
  try {
    await Promise.race([Promise.all(changing), good]);
  } finally {
    over = true;
  }
  await good;
  let last: Got | undefined;
  await untilDone(
    target,
    () => last === undefined,
    async (peer) => {
      last = (await peer.ask('get', 'config.get')).payload as Got;
    },
    report,
  );
  return { ...report, last: last as Got };
}

function note({ ok, error }: Answer, { answers, faults }: Pick<ConfigsReport, 'answers' | 'faults'>): void {
  const { code } = (error?.details ?? {}) as { code?: string };
  const what = ok ? 'ok' : (code ?? error?.code ?? '');
  answers[what] = (answers[what] ?? 0) + 1;
  if (!ok && (!DOCUMENTED.has(error?.code ?? '') || error?.message === 'internal error')) faults.push(JSON.stringify(error));
}

/** Does it over and over on one connection, and on the next when the gateway restarts. */
async function untilDone(
  target: Pick<FuzzTarget, 'port' | 'token'>,
  goesOn: () => boolean,
  act: (peer: Peer) => Promise<void>,
  report: Pick<ConfigsReport, 'restarts'>,
): Promise<void> {
  while (goesOn()) {
    const peer = await Peer.open(target);
    try {
      await peer.hello(target.token);
      while (goesOn()) await act(peer);
    } catch (error) {
      const code = peer.isOpen ? 0 : await peer.closed;
      // 1012: it restarts in place. 1013: it was about to when this one came.
      if (code !== 1012 && code !== 1013) throw error;
      report.restarts += code === 1012 ? 1 : 0;
    } finally {
      peer.end();
    }
  }
}

/** Method and parameters of a change that starts from this config. */
function changeOf({ hash, config }: Got, random: Random): [string, Record<string, unknown>] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const baseHash = random() < 0.9 ? hash : pick([...ODD, 'old', hash.slice(1)]);
  const value = () => pick([...ODD, 'debug', 'info', 0, 5, { entries: {} }]);
  const key = () =>
    pick([
      'logging',
      'ui',
      'agents',
      'models',
      'plugins',
      'canvasHost',
      'hooks',
      'cron',
      'browser',
      'commands',
      '__proto__',
      'x',
    ]);
  // A secret of another kind that is valid would keep everybody out: those are left alone.
  const patch = () =>
    pick<() => unknown>([
      () => ({ [key()]: value() }),
      () => ({ [key()]: { level: value(), list: value(), entries: value(), restart: value(), enabled: value() } }),
      () => ({ logging: { level: pick(['debug', 'info', 'warn']) } }),
      () => ({ ui: { n: Math.floor(random() * 1000) } }),
      () => ({ plugins: { n: Math.floor(random() * 1000) } }),
      () => ({ gateway: { reload: { mode: pick(['off', 'hot', 'hybrid', 'restart', value()]), debounceMs: value() } } }),
      () => ({ gateway: { mode: value(), port: value(), bind: value() } }),
      () => ({ gateway: pick([null, { auth: null }, { auth: { token: null } }, { auth: { mode: 'password' } }]) }),
      value,
    ])();
  if (random() < 0.4) return ['config.patch', { patch: patch(), baseHash }];
  const whole = JSON.stringify({ ...config, ...(Object(patch()) as Config), gateway: config.gateway });
  const cut = Math.floor(random() * whole.length);
  const deep = pick([10, 600, 20_000]);
  const raw = pick<() => string>([
    () => whole,
    () => whole.slice(0, cut),
    () => whole.slice(cut) + whole.slice(0, cut),
    () => `${whole}\u0000`,
    () => whole.replaceAll('"', "'"),
    () => `// a comment\n${whole.replace(/\}$/, ',}')}`,
    () => whole.replace('{', `{"deep":${'['.repeat(deep)}${']'.repeat(deep)},`),
    () => whole.replace('{', `{"__proto__":{"gateway":{"mode":"local"}},"long":"${'x'.repeat(100_000)}",`),
    () => JSON.stringify(pick(ODD)),
    () => '',
  ])();
  return random() < 0.8
    ? ['config.set', { raw, baseHash }]
    : ['config.apply', { raw, baseHash, restartDelayMs: pick([0, 0, 10]) }];
}
