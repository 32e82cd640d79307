import type { LimitSpec } from '@polygate/core/supervise';
import { canSeeMemory } from './probes/memory.ts';

export interface Limited {
  argv: string[];
  /** What was asked for and cannot be had here, one line each. */
  notes: string[];
}

/** What the system allows: of this process, which hands it down. */
export interface LimitWorld {
  platform: NodeJS.Platform;
  /** Text of /proc/self/limits; undefined where there is none. */
  ownLimits: string | undefined;
}

/**
 * The command line under its limits. A shell sets them and becomes the program (exec), so the pid and the signals are the
 * program's own, and everything that it starts has the same limits from its first moment. Node raises a soft limit of open
 * files to the hard one by itself, so both are set.
 */
export function withLimits(argv: readonly string[], limits: LimitSpec, { platform, ownLimits }: LimitWorld): Limited {
  const { nice, openFiles, maxMemoryBytes } = limits;
  const notes: string[] = [];
  if (maxMemoryBytes !== undefined && !canSeeMemory(platform)) notes.push(`limits.maxMemory: not watched on ${platform}`);
  if (platform === 'win32') {
    if (nice !== undefined) notes.push('limits.nice: there is none on win32');
    if (openFiles !== undefined) notes.push('limits.openFiles: there is none on win32');
    return { argv: [...argv], notes };
  }
  const highest = /^Max open files\s+\S+\s+(\d+)/m.exec(ownLimits ?? '')?.[1];
  const tooMany = openFiles !== undefined && highest !== undefined && openFiles > Number(highest);
  if (tooMany)
    notes.push(`limits.openFiles: ${openFiles} is above what this account may have (${highest}), which it has instead`);
  const files = openFiles !== undefined && !tooMany ? `ulimit -n ${openFiles} && ` : '';
  const priority = nice === undefined ? '' : `nice -n ${nice} `;
  if (!files && !priority) return { argv: [...argv], notes };
  return { argv: ['/bin/sh', '-c', `${files}exec ${priority}"$@"`, 'sh', ...argv], notes };
}
