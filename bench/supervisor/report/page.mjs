import { figures } from './figures.mjs';
import { comparison, figureRows } from './tables.mjs';

/** The page of the documentation, from the run. */
export function page(samples, run) {
  const { columns, rows } = comparison(samples, run);
  return `# Benchmarks

<!-- Written by \`npm run bench -- supervisor --write\`: change bench/supervisor/report/page.mjs, not this. -->

How the supervisor compares with others, and with what it promises. Every row was measured in one run, the supervisors taking
turns; medians of at least ${run.scale.rounds}. Machine: ${run.on}; the run took ${run.minutes} minutes. A machine with other work gives other milliseconds:
compare within a row.

## What is promised

${markdown(['What', 'Promised', 'Measured', ''], figureRows(figures(samples, run)))}
## Side by side

${markdown(['', ...columns], rows)}
\`bare\` is the benchmark itself starting the children with nothing in between. \`node-floor\` is the least that a supervisor in
Node can be: forty lines that spawn, start again at once and answer on a socket; a floor to compare with. Beside a bare spawn:
the bare one is done right after each crash, while the others run.

## How it is measured

- The child is an HTTP server on 127.0.0.1, in Node or in ${run.light === 'C' ? 'C' : 'a shell script'}. It dials the benchmark as soon as it listens and keeps that connection: that it listens and
  that it is gone are events of the kernel with one clock, not polls.
- Each supervisor is at its quickest: no pause before a restart where one can be set, s6 with its readiness told (without it,
  it waits a second). s6 and runit run a logger for each service, which counts as theirs.
- Everything that a session starts carries a mark in its environment. By it the supervisor's processes are told from the
  children, and what is left is ended, one by one.
- Kills are 0.2 to 1.2 seconds apart at random, so that ticks show, each of another child. A second copy that finds its port taken is a
  collision.
- Log lines have 100 bytes and a number each. A line counts as lost when it is whole in no file.
- RSS counts what processes share once for each; private memory does not.

## Do it again

\`\`\`sh
npm run bench -- supervisor
npm run bench -- supervisor --quick --only polygate,pm2
npm run bench -- supervisor --phases crash --only polygate,node-floor
\`\`\`

pm2 is fetched with npm into \`node_modules/.cache\` when it is not there. supervisord, s6 and runit are left out with a note
unless they are installed: \`apt-get install supervisor s6 runit\`. It needs Linux. \`--write\` writes this page.
`;
}

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}
