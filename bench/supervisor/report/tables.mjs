import { middle, number, pick, times } from './samples.mjs';

/** Every measure that peers are compared by: a title, and a row with a value of each. First column: what; then bare and the peers. */
export function comparison(samples, { peers, scale, light }) {
  const columns = ['bare', ...peers];
  const most = scale.counts.at(-1);
  const row = (what, value) => [what, ...columns.map((peer) => value(peer))];
  const ms = (what, wanted) => row(what, (peer) => number(middle(samples, { peer, ...wanted })));
  const crash = (kind, peer) =>
    peer === 'bare' ? middle(samples, { what: 'crash', peer, kind }) : middle(samples, { what: 'crash', peer, kind });
  const ratio = (kind, peer) => crash(kind, peer) / middle(samples, { what: 'crash', peer: 'bare', beside: peer, kind });
  const killed = (peer, mode, key) => pick(samples, { what: 'killed', peer, mode })[0]?.[key] ?? '–';
  const lost = (peer, kind, how) =>
    pick(samples, { what: 'logs', peer, kind, how })
      .map((sample) => sample.lost)
      .join(', ') || '–';
  return {
    columns,
    rows: [
      ...scale.counts.map((count) => ms(`start → ${count} listening, ms`, { what: 'start', count })),
      row('crash → listening again, Node child, ms', (peer) => number(crash('node', peer))),
      row('the same beside a bare spawn', (peer) => (peer === 'bare' ? '' : times(ratio('node', peer)))),
      row(`crash → listening again, ${light} child, ms`, (peer) => number(crash('light', peer))),
      row(`memory of the supervisor, ${most} children, RSS MiB`, (peer) =>
        number(middle(samples, { what: 'memory', peer, count: most }, 'rss')),
      ),
      row('the same, private MiB (processes)', (peer) => {
        const own = middle(samples, { what: 'memory', peer, count: most }, 'private');
        return Number.isFinite(own)
          ? `${number(own)} (${middle(samples, { what: 'memory', peer, count: most }, 'processes')})`
          : '–';
      }),
      row(`idle with ${most} children, % of a core`, (peer) => number(middle(samples, { what: 'idle', peer }, 'percent'))),
      ms(`status of ${most}, ms`, { what: 'status', count: most }),
      ms(`${scale.lines} lines, ${light} child, ms`, { what: 'logs', kind: 'light', how: 'log' }),
      row('of them lost, by run', (peer) => lost(peer, 'light', 'log')),
      row('lost with process.exit() right after, Node child', (peer) => lost(peer, 'node', 'logexit')),
      ms(`stop ${most} → all gone, ms`, { what: 'stop', count: most }),
      ms('one ignores SIGTERM: the others gone, ms', { what: 'others gone' }),
      row('supervisor SIGKILLed: silent, talking children alive', (peer) =>
        peer === 'bare' ? '' : `${killed(peer, 'silent', 'alive')}, ${killed(peer, 'talking', 'alive')}`,
      ),
      row('started again: same pids; collisions of second copies', (peer) =>
        peer === 'bare'
          ? ''
          : `${killed(peer, 'silent', 'same')}, ${killed(peer, 'talking', 'same')}; ${killed(peer, 'silent', 'collisions')}, ${killed(peer, 'talking', 'collisions')}`,
      ),
    ],
  };
}

const verdict = (held) => (held === undefined ? 'not measured' : held ? 'held' : 'MISSED');

export const figureRows = (figures) =>
  figures.map(({ what, promised, measured, held }) => [what, promised, measured, verdict(held)]);

/** Both tables for a terminal. */
export function textTable(figures, samples, run) {
  const { columns, rows } = comparison(samples, run);
  const errors = pick(samples, { what: 'error' }).map(({ peer, error }) => `${peer}: ${error.split('\n')[0]}`);
  return [
    align([['', ...columns], ...rows]),
    '',
    align([['figure', 'promised', 'measured', ''], ...figureRows(figures)]),
    '',
    ...errors.map((line) => `failed: ${line}`),
    `${run.on}; ${run.minutes} minutes`,
  ].join('\n');
}

function align(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => String(cell).padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
