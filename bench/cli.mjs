// Cold start of the command: what a light command, a status and a call cost above a bare `node -e 0`.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repoPath } from '../scripts/lib/files.mjs';
import { fleetHome } from '../scripts/lib/fleet-home.mjs';
import { interleave, machine, ms, peakMiB, runOnce } from './lib/measure.mjs';

const BIN = repoPath('packages/cli/bin/zero.cjs');

const MANY = 50;
/** A small program that speaks the family's protocol. */
const GATEWAY = repoPath('fixtures/programs/speaks.mjs');

export async function bench() {
  await one();
  await many();
}

async function one() {
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

/** Looking at many, with a supervisor that knows how they are, and without one. */
async function many() {
  const fleet = await fleetHome({ count: MANY });
  try {
    for (const instance of fleet.instances) {
      const command = [process.execPath, GATEWAY, '--port', String(instance.port)];
      await fleet.configure(instance, { program: { command } });
    }
    const up = await runOnce(fleet.command('up', '-d', '--wait', ...fleet.instances.map(({ name }) => name)), fleet.env);
    if (up.code !== 0) throw new Error(`up ended with ${up.code}`);
    await compare(fleet, 'a supervisor runs');
    await runOnce(fleet.command('supervisor', 'stop', '--keep'), fleet.env);
    await compare(fleet, 'no supervisor runs');
  } finally {
    // Those that were left running are adopted, and end with it.
    await runOnce(fleet.command('up', '-d', ...fleet.instances.map(({ name }) => name)), fleet.env);
    await runOnce(fleet.command('down'), fleet.env);
    await fleet.remove();
  }
}

async function compare({ command, env }, title) {
  const single = { name: 'status of one', argv: command('--profile', 'p0', 'status', '--json'), env };
  const rows = [
    { name: 'node -e 0', argv: [process.execPath, '-e', '0'], env },
    { name: `ps of ${MANY}`, argv: command('ps', '--json'), env },
    single,
    { name: `status --all of ${MANY}`, argv: command('status', '--all', '--json'), env },
  ];
  const results = await interleave(rows);
  const [base, ofOne] = [results.get('node -e 0').median, results.get(single.name).median];
  console.log(`\n${MANY} instances, ${title}, median of 15, interleaved\n`);
  console.log(`${'command'.padEnd(34)} median ms     min   above bare  × one`);
  for (const { name } of rows) {
    const { median, min } = results.get(name);
    console.log(
      `${name.padEnd(34)}  ${ms(median)} ${ms(min)}     ${ms(median - base)}  ${(median / ofOne).toFixed(2).padStart(5)}`,
    );
  }
}
