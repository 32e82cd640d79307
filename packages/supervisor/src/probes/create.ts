import type { ClientIdentity } from '@polygate/client';
import { phaseOf } from '@polygate/core/supervise';
import type { Clock } from '@polygate/host';
import type { Prober } from '../prober.ts';
import { LadderProbe } from './ladder.ts';
import { canSeeMemory, createMemoryWatch } from './memory.ts';
import { createPool } from './pool.ts';
import { Questioning } from './questioning.ts';

export interface ProberOptions {
  clock: Pick<Clock, 'now'>;
  /** Who it says that it is. */
  client: ClientIdentity;
  /** Who owns a port, `pid` among them when it or a child of its own does (host: portOwners). */
  owners(pid: number, port: number): Promise<ReadonlySet<number>>;
}

/** So many probes are under way at once, over all instances. */
const AT_ONCE = 16;

/** The prober of all instances. What speaks the family's protocol is loaded when the first ladder is climbed. */
export function createProber({ clock, client, owners }: ProberOptions): Prober {
  const pool = createPool(AT_ONCE);
  const memory = createMemoryWatch();
  const now = () => clock.now();
  let count = 0;
  return {
    watch(spec, { pid, started }, tell) {
      const abort = new AbortController();
      count += 1;
      const { signal } = abort;
      const ladder = new LadderProbe(spec, pid, {
        client,
        pool,
        signal,
        now,
        owners,
        onLost: (closed) => questioning.lost(closed),
      });
      const questioning = new Questioning(spec, { pool, now, phase: phaseOf(count), ladder, started, tell }, abort);
      const { maxMemoryBytes } = spec.limits;
      const stop =
        maxMemoryBytes === undefined || !canSeeMemory()
          ? () => undefined
          : memory.watch(pid, maxMemoryBytes, (bytes) => {
              questioning.note(
                'memory-exceeded',
                `it has ${inMegabytes(bytes)} in memory, and may have ${inMegabytes(maxMemoryBytes)}`,
              );
            });
      return {
        get heldVersion() {
          return ladder.heldVersion;
        },
        close() {
          stop();
          questioning.close();
        },
      };
    },
  };
}

const inMegabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
