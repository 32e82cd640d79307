// Cold start of the command: what a light command, a status and a call cost above a bare `node -e 0`.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repoPath } from '../scripts/lib/files.mjs';
import { interleave, machine, ms, peakMiB, runOnce } from './lib/measure.mjs';

const BIN = repoPath('packages/cli/bin/zero.mjs');

export async function bench() {
  const home = await mkdtemp(path.join(tmpdir(), 'pg-bench-'));
  const env = { PATH: process.env.PATH, HOME: home, POLYGATE_FIRST_PORT: '27000' };
  const zero = (...args) => [process.execPath, BIN, '--profile', 'main', ...args];
  const gateway = await startGateway(zero, env);
  try {
    const bare = [process.execPath, '-e', '0'];
    const rows = [
      { name: 'node -e 0', argv: bare, env },
      { name: 'version', argv: zero('version'), env, budget: 15 },
      { name: 'paths', argv: zero('paths', '--json'), env, budget: 15 },
      { name: 'profiles list', argv: zero('profiles', 'list', '--json'), env, budget: 15 },
      { name: 'gateway call health', argv: zero('gateway', 'call', 'health', '--json'), env, budget: 25 },
      {
        name: 'gateway status --no-probe --json',
        argv: zero('gateway', 'status', '--no-probe', '--json'),
        env,
        exit: [4],
        budget: 25,
        manager: true,
      },
      { name: 'gateway status --json', argv: zero('gateway', 'status', '--json'), env, budget: 25, manager: true },
      {
        name: 'systemctl --user show (one unit)',
        argv: ['systemctl', '--user', 'show', 'x.service', '-p', 'Id'],
        env: { ...env, XDG_RUNTIME_DIR: `/run/user/${process.getuid()}` },
        exit: [0, 1],
      },
    ];
    const results = await interleave(rows);
    const base = results.get('node -e 0').median;
    const call = results.get('systemctl --user show (one unit)').median;
    console.log(`Cold start, median of 15, interleaved (${machine()})\n`);
    console.log(`${'command'.padEnd(34)} median ms     min   above bare  ratio  budget`);
    for (const { name, budget, manager } of rows) {
      const { median, min } = results.get(name);
      const allowed = budget === undefined ? '' : manager ? `+${budget} + ${call.toFixed(1)} (the manager call)` : `+${budget}`;
      console.log(
        `${name.padEnd(34)}  ${ms(median)} ${ms(min)}     ${ms(median - base)}  ${(median / base).toFixed(2).padStart(5)}  ${allowed}`,
      );
    }
    const [bareMiB, statusMiB] = [await peakMiB(bare, env), await peakMiB(zero('gateway', 'status', '--json'), env)];
    console.log(
      `\npeak memory: node -e 0 ${bareMiB.toFixed(0)} MiB, gateway status --json ${statusMiB.toFixed(0)} MiB (${(statusMiB / bareMiB).toFixed(2)} ×)`,
    );
  } finally {
    gateway.kill('SIGTERM');
    await new Promise((resolve) => gateway.once('exit', resolve));
    await rm(home, { recursive: true, force: true });
  }
}

async function startGateway(zero, env) {
  await runOnce(zero('setup', '--json'), env);
  const gateway = spawn(zero('gateway')[0], zero('gateway').slice(1), { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    gateway.stdout.on('data', (chunk) => String(chunk).includes('listening on') && resolve());
    gateway.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)));
  });
  return gateway;
}
