import { parseLsof, parseNetstatWindows, parseSs, parseTasklist } from '@polygate/core/listeners';
import { systemProgram } from '@polygate/core/windows';
import type { Listener, Processes, Users } from '../ports.ts';
import { procSource } from './proc-listeners.ts';

/** One way to learn who listens. It answers undefined where it cannot tell, and the next one is asked. */
export interface ListenerSource {
  listeners(ports: ReadonlySet<number>, likely: readonly number[]): Promise<Listener[] | undefined>;
  /** Every port that something listens on; cheaper, as nobody's name is looked up. */
  ports(): Promise<number[] | undefined>;
}

/** The ways of a platform, the one that tells most, and costs least, first. */
export function listenerSources(processes: Processes, users: Users, platform: NodeJS.Platform): ListenerSource[] {
  const lsof = of(() => fromLsof(processes));
  if (platform === 'win32') return [netstatSource(processes)];
  return platform === 'linux' ? [procSource(processes, users), lsof, of(() => fromSs(processes))] : [lsof];
}

function of(all: () => Promise<Listener[] | undefined>): ListenerSource {
  return {
    listeners: async (ports) => (await all())?.filter(({ port }) => ports.has(port)),
    ports: async () => (await all())?.map(({ port }) => port),
  };
}

/** lsof exits with 1 when it finds nothing, and with 0 or 1 when it may not look at everything. */
async function fromLsof(processes: Processes): Promise<Listener[] | undefined> {
  const { code, stdout, failure } = await processes.query(['lsof', '-nP', '-iTCP', '-sTCP:LISTEN', '-FpcLn']);
  return failure === undefined && (code === 0 || code === 1) ? parseLsof(stdout) : undefined;
}

async function fromSs(processes: Processes): Promise<Listener[] | undefined> {
  const { code, stdout } = await processes.query(['ss', '-Hltnp']);
  return code === 0 ? parseSs(stdout) : undefined;
}

/** Windows has the pids in one program and the names in another; the names are asked for only when there is a pid to name. */
function netstatSource(processes: Processes): ListenerSource {
  const all = async (): Promise<Listener[] | undefined> => {
    const answers = await Promise.all(
      ['TCP', 'TCPv6'].map((protocol) => processes.query([systemProgram(process.env, 'netstat'), '-ano', '-p', protocol])),
    );
    return answers.every(({ code }) => code === 0) ? answers.flatMap(({ stdout }) => parseNetstatWindows(stdout)) : undefined;
  };
  return {
    async listeners(ports) {
      const found = (await all())?.filter(({ port }) => ports.has(port));
      if (!found?.some(({ pid }) => pid !== undefined)) return found;
      const names = parseTasklist((await processes.query([systemProgram(process.env, 'tasklist'), '/FO', 'CSV', '/NH'])).stdout);
      return found.map((listener) => {
        const command = listener.pid === undefined ? undefined : names.get(listener.pid);
        return { ...listener, ...(command === undefined ? {} : { command }) };
      });
    },
    ports: async () => (await all())?.map(({ port }) => port),
  };
}
