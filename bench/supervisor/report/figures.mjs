import { middle, number, pick, times } from './samples.mjs';

const OURS = 'polygate';

/** What was promised, what was measured, and whether it holds: `{ what, promised, measured, held }`; held undefined: not measured. */
export function figures(samples, { light, scale }) {
  const most = scale.counts.at(-1);
  const of = (wanted, key) => middle(samples, { peer: OURS, ...wanted }, key);
  const bare = (wanted, key) => middle(samples, { peer: 'bare', ...wanted }, key);
  const node = middle(samples, { what: 'node -e 0' });
  const start = of({ what: 'start', count: most });
  const startFloor = bare({ what: 'start', count: most });
  const memory = of({ what: 'memory', count: most }, 'rss');
  const memoryFloor = middle(samples, { what: 'memory', peer: 'node-floor', count: most }, 'rss');
  const crashed = (kind) => [of({ what: 'crash', kind }), bare({ what: 'crash', beside: OURS, kind })];
  const [nodeCrash, nodeBare] = crashed('node');
  const [lightCrash] = crashed('light');
  const status = of({ what: 'status', count: most });
  const down = of({ what: 'status while down' });
  const rows = pick(samples, { what: 'status while down', peer: OURS });
  const idle = of({ what: 'idle' }, 'percent');
  const probed = of({ what: 'idle with liveness' }, 'percent');
  const lines = (kind, how) => [of({ what: 'logs', kind, how }), bare({ what: 'logs', kind, how })];
  const logKind = light === 'C' ? 'light' : 'node';
  const [written, writtenBare] = lines(logKind, 'log');
  const lost = pick(samples, { what: 'logs', peer: OURS }).map((sample) => sample.lost + sample.bad);
  const others = of({ what: 'others gone' });
  const othersBare = bare({ what: 'others gone' });
  const killed = pick(samples, { what: 'killed', peer: OURS });

  const row = (what, promised, measured, value, limit) => ({
    ...{ what, promised, measured },
    held: Number.isFinite(value) ? value <= limit : undefined,
  });
  const sum = (list) => (list.length > 0 ? list.reduce((total, each) => total + each, 0) : Number.NaN);
  return [
    row(
      'crash → listening again, Node child',
      '≤ 1.3 × bare spawn',
      `${number(nodeCrash)} ms, bare ${number(nodeBare)}: ${times(nodeCrash / nodeBare)}`,
      nodeCrash / nodeBare,
      1.3,
    ),
    row(`the supervisor alone (${light} child)`, '≤ 5 ms', `${number(lightCrash)} ms`, lightCrash, 5),
    row(
      `cold start → ${most} listening`,
      '≤ 1.2 × bare + one Node start',
      `${number(start)} ms, bare ${number(startFloor)}, Node ${number(node)}: ${times((start - node) / startFloor)}`,
      (start - node) / startFloor,
      1.2,
    ),
    row(
      `memory with ${most} children`,
      '≤ 1.15 × the least Node supervisor',
      `${number(memory)} MiB, floor ${number(memoryFloor)}: ${times(memory / memoryFloor)}`,
      memory / memoryFloor,
      1.15,
    ),
    row(
      `status of ${most}`,
      '≤ node -e 0 + 20 ms',
      `${number(status)} ms, bare ${number(node)}: + ${number(status - node)}`,
      status - node,
      20,
    ),
    row(
      'status while the supervisor is down',
      'answers',
      `${number(down)} ms, all rows in ${rows.filter((sample) => sample.rows === sample.count).length} of ${rows.length}`,
      rows.length > 0 ? rows.filter((sample) => sample.rows !== sample.count).length : Number.NaN,
      0,
    ),
    row(`idle with ${most} children`, '≤ 0.1 % of a core', `${number(idle)} %`, idle, 0.1),
    row('the same, a liveness probe each every 10 s', '≤ 0.5 % of a core', `${number(probed)} %`, probed, 0.5),
    row(
      `${scale.lines} log lines from one child`,
      '≤ 1.1 × a file as its stdout',
      `${number(written)} ms, bare ${number(writtenBare)}: ${times(written / writtenBare)}`,
      written / writtenBare,
      1.1,
    ),
    row('of them lost or torn, also with process.exit() right after', 'none', number(sum(lost)), sum(lost), 0),
    row(
      `stop ${most}, one ignoring SIGTERM: the others gone`,
      '≤ 2 × bare',
      `${number(others)} ms, bare ${number(othersBare)}: ${times(others / othersBare)}`,
      others / othersBare,
      2,
    ),
    row(
      'supervisor SIGKILLed and started again',
      'all alive, same pids, no collision',
      killed.map((k) => `${k.mode}: ${k.alive} of ${k.count} alive, ${k.same} same pid, ${k.collisions} collisions`).join('; ') ||
        '–',
      sum(killed.map((k) => k.count - k.alive + (k.count - k.same) + k.collisions)),
      0,
    ),
  ];
}
