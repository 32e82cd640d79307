import type { Listener, Net, Processes, Users } from '../ports.ts';
import type { ListenerSource } from './listeners.ts';

/** Range of Linux when it cannot be read, and of macOS and Windows (which start higher); the wider one is the safer one. */
const USUAL_EPHEMERAL = { first: 32_768, last: 65_535 };

/** `platform` is given by tests alone. */
export function nodeNet(processes: Processes, users: Users, platform: NodeJS.Platform = process.platform): Net {
  // Loaded when somebody asks who listens: light commands do not.
  const sources = async () => (await import('./listeners.ts')).listenerSources(processes, users, platform);

  const listenersOn = async (ports: ReadonlySet<number>, likely: readonly number[] = []) =>
    firstAnswer<Listener[]>(await sources(), (source) => source.listeners(ports, likely));
  return {
    listeners: (port, likely) => listenersOn(new Set([port]), likely),
    listenersOn,
    listeningPorts: async () => new Set(await firstAnswer<number[]>(await sources(), (source) => source.ports())),

    async isFree(port) {
      const { default: getPort, clearLockedPorts } = await import('get-port');
      // What was free a moment ago would count as taken: get-port (7) keeps every port that it gave out for 15 s or more.
      clearLockedPorts();
      // get-port answers with a random other port when this one is busy: compare, never trust.
      return (await getPort({ port })) === port;
    },

    async ephemeralRange() {
      const { readEphemeralRange } = await import('./ephemeral-range.ts');
      return (await readEphemeralRange(processes, platform)) ?? USUAL_EPHEMERAL;
    },
  };
}

async function firstAnswer<T>(
  sources: readonly ListenerSource[],
  ask: (source: ListenerSource) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const source of sources) {
    const answer = await ask(source);
    if (answer) return answer;
  }
  return undefined;
}
