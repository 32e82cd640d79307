import type { Host, Listener } from './ports.ts';

/** A launcher, a shell and the program: deeper than that, nobody's gateway is meant. */
const GENERATIONS = 3;

/** Who listens, and with them `own` when it is what started one of them: a launcher often leaves the port to a child of its own. */
export async function withParents(
  { processes }: Pick<Host, 'processes'>,
  listeners: readonly Listener[],
  own: number | undefined,
): Promise<Set<number>> {
  const owners = new Set(listeners.flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
  if (own === undefined || owners.has(own)) return owners;
  for (const first of [...owners]) {
    let pid = first;
    for (let n = 0; n < GENERATIONS && pid > 1; n += 1) {
      pid = (await processes.info(pid))?.ppid ?? 0;
      if (pid === own) owners.add(pid);
    }
  }
  return owners;
}

/** Who owns a port, `own` among them when it is one of theirs or their parent. Empty where this system cannot tell. */
export async function portOwners(host: Pick<Host, 'net' | 'processes'>, port: number, own: number): Promise<Set<number>> {
  return withParents(host, (await host.net.listeners(port, [own])) ?? [], own);
}
