import { readdirSync, readFileSync } from 'node:fs';

/** One process that a supervisor started, or that a child of it left behind. */
export interface MarkedProcess {
  pid: number;
  /** The instance whose environment it carries. */
  id: string;
  /** It leads its process group: the child itself, not something that the child started. */
  leads: boolean;
}

/** Every live process (Linux) that carries the marks of the supervisor of this folder in its environment, whoever is its parent. */
export function processesOf(supervisorFolder: string): MarkedProcess[] {
  const found: MarkedProcess[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const environment = read(`/proc/${entry}/environ`).split('\0');
    if (!environment.includes(`POLYGATE_SUPERVISOR=${supervisorFolder}`)) continue;
    const id = environment.find((line) => line.startsWith('POLYGATE_SUPERVISED='))?.slice('POLYGATE_SUPERVISED='.length);
    const stat = read(`/proc/${entry}/stat`);
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (id === undefined || group === undefined || state === 'Z') continue;
    found.push({ pid: Number(entry), id, leads: group === entry });
  }
  return found;
}

/** The processes that are children themselves, by instance. More than one of an instance is a second copy. */
export function childrenOf(supervisorFolder: string): Map<string, number[]> {
  const byId = new Map<string, number[]>();
  for (const { id, pid, leads } of processesOf(supervisorFolder)) if (leads) byId.set(id, [...(byId.get(id) ?? []), pid]);
  return byId;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended while it was looked at, or it is another account's.
    return '';
  }
}
