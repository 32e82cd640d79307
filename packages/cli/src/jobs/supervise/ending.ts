import type { ExitCode } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import type { Fleet } from '@polygate/supervisor';
import { shellCode } from '../shell-code.ts';
import type { Heir } from './heir.ts';

/** How the supervision ends. */
export interface Ending {
  children: 'stop' | 'keep';
  /** undefined: as it follows from how the instances are. */
  code?: ExitCode | undefined;
  /** Takes them over. */
  heir?: Heir | undefined;
}

export interface End {
  readonly reached: Promise<Ending>;
  ask(children: Ending['children'], code?: number): void;
  handOver(heir: Heir): void;
  /** Watches for what ends it from within: all have ended, or the one whose exit code counts. */
  hear(fleet: Fleet, once: boolean): void;
  /** A hang-up where there is no terminal to hang up: read the settings again. */
  onHangup(reload: () => void): void;
}

/**
 * Waits for what ends a supervisor: a signal, a request, or its instances. Listened for from the start, so that no signal ends the
 * process half-way. SIGHUP of a terminal that closes ends it; without one it is the old sign to read the settings again.
 */
export function untilEnd(exitCodeFrom: string | undefined): End {
  let finish: (ending: Ending) => void = () => undefined;
  let reload: (() => void) | undefined;
  const reached = new Promise<Ending>((resolve) => {
    finish = resolve;
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => finish({ children: 'stop' }));
  const onTerminal = Boolean(process.stdin.isTTY);
  process.on('SIGHUP', () => (onTerminal ? finish({ children: 'stop' }) : reload?.()));
  return {
    reached,
    handOver: (heir) => finish({ children: 'keep', heir }),
    ask: (children, code) => finish({ children, code: code as ExitCode | undefined }),
    hear(fleet, once) {
      if (!once && exitCodeFrom === undefined) return;
      fleet.listen((_, report) => {
        if (report.id === exitCodeFrom && hasEnded(report)) finish({ children: 'stop', code: codeOf(report) });
        const all = fleet.reports();
        if (once && all.every(hasEnded)) finish({ children: 'stop', code: Math.max(...all.map(codeOf)) > 0 ? 1 : 0 });
      });
    },
    onHangup(what) {
      reload = what;
    },
  };
}

/** It ran, and will not run again by itself. */
const hasEnded = ({ up, incarnation, state }: InstanceReport) =>
  !up.value && incarnation > 0 && !['waiting', 'spawning', 'starting', 'blocked'].includes(state);

/** The exit code of its last process, as a shell would give it. */
function codeOf({ deaths }: InstanceReport): ExitCode {
  const last = deaths.at(-1);
  return last ? shellCode(last.code, last.signal) : 0;
}
