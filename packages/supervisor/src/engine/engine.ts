import type { RestartSignal } from '@polygate/core';
import type { InstanceSpec, Told } from '@polygate/core/supervise';
import type { Host } from '@polygate/host';
import type { Sweeper } from '../adopt/sweeper.ts';
import type { AdoptedWatch } from '../adopt/watch-adopted.ts';
import type { Prober } from '../prober.ts';
import type { Supervised } from './supervised.ts';

/** A process that is ready, with the version of the gateway that answers. */
export interface RunningGateway {
  pid: number;
  version: string;
  /** When it was started. */
  since: number;
}

/** The signal, and which process of the instance takes it. */
export interface InPlace {
  signal: RestartSignal;
  pid: number;
}

/** What every supervised instance shares. */
export interface Engine {
  host: Pick<Host, 'clock' | 'files' | 'processes'>;
  /** Of the supervisor; marks its processes. */
  folder: string;
  prober: Prober;
  sweeper: Sweeper;
  adopted: AdoptedWatch;
  readonly isClosed: boolean;
  /** Asks one to end where there are no signals; false when that cannot be asked of it. */
  askToEnd(spec: InstanceSpec): Promise<boolean>;
  lastLine(file: string, secrets: readonly string[], end: number): Promise<string | null>;
  beforeStart(id: string): void;
  launch(spec: InstanceSpec): { argv: readonly string[]; notes: readonly string[] };
  /** How one that runs is told to restart in place; undefined: by ending it and starting it again. */
  inPlace(spec: InstanceSpec, running: RunningGateway): Promise<InPlace | undefined>;
  /** Something of it changed; `standing`: it came up or went, became ready or not. */
  changed(one: Supervised, standing: boolean): void;
  /** Told to the listeners when all that is to be done now has been done. */
  queue(one: Supervised, told: readonly Told[]): void;
}
