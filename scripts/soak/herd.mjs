import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { repoPath } from '../lib/files.mjs';
import { fleetHome } from '../lib/fleet-home.mjs';

const CHILD = repoPath('e2e/support/fleet-child.cjs');
/** Soon enough that a soak of minutes sees all of it many times. */
const SETTINGS = {
  restart: { steadySeconds: 2, firstDelaySeconds: 0.2, maxDelaySeconds: 2, loopDeaths: 20, parkedRetrySeconds: 5 },
  stop: { timeoutSeconds: 3 },
};
/** Waited for so long, it is said what for. */
const TELL_MS = 10_000;
const ASKED = { periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 2 };
/** Every twentieth is a whole gateway, asked in the family's protocol; of the others every third is asked for a connection only. */
const kindOf = (index) => (index % 20 === 0 ? 'ladder' : index % 3 === 0 ? 'tcp' : 'http');

/** The instances of a soak, and the commands that it uses. */
export async function newHerd(count) {
  const fleet = await fleetHome({ count });
  const { instances } = fleet;
  for (const [index, instance] of instances.entries()) {
    instance.kind = kindOf(index);
    instance.edits = 0;
    await configure(instance);
  }
  await fleet.configureSupervisor({ defaults: SETTINGS });

  const polygate = (...args) => finished(fleet.command(...args, '--json'), fleet.env);
  const ps = async () => JSON.parse((await polygate('ps')).stdout);
  const isReady = ({ supervised }) => supervised.ready.value;
  return {
    ...fleet,
    configure,
    polygate,
    ps,
    async up(...names) {
      const { code, stdout } = await polygate('up', '-d', ...(names.length > 0 ? names : instances.map(({ name }) => name)));
      // 75: others change it at the same moment.
      if (code !== 0 && code !== 75) throw new Error(`up -d ended with ${code}: ${stdout}`);
    },
    /** Undefined when all are ready in time; else those that are not. `tell` is told now and then what is waited for. */
    async settled(limitMs, tell) {
      let toldAt = Date.now();
      for (const end = Date.now() + limitMs; ; await delay(300)) {
        const { supervisor, instances: rows } = await ps();
        const late = rows.filter((row) => !isReady(row));
        if (supervisor && rows.length === instances.length && late.length === 0) return undefined;
        if (Date.now() - toldAt > TELL_MS) {
          tell(late);
          toldAt = Date.now();
        }
        if (Date.now() > end) return supervisor ? late : [{ id: 'the supervisor', verdict: 'does not run' }];
      }
    },
    async remove() {
      await polygate('down');
      await fleet.remove();
    },
  };

  /** Its settings; each time others. An edit changes the environment of every second one, which needs a new process. */
  async function configure(instance) {
    const { kind, port, edits } = instance;
    const how = kind === 'http' ? { kind, path: '/' } : { kind };
    const probe = { ...how, ...ASKED, periodSeconds: 2 + (edits % 3) };
    await fleet.configure(instance, {
      ...(kind === 'ladder'
        ? { program: 'reference' }
        : {
            program: {
              command: [process.execPath, CHILD, String(port)],
              environment: { SOAK_EDIT: String(Math.floor(edits / 2)) },
            },
          }),
      probes: { startup: how, readiness: probe, liveness: probe },
    });
    instance.edits += 1;
  }
}

function finished([program, ...args], env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd: env.HOME, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout }));
  });
}
