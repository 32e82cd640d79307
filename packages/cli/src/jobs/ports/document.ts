import type { Footprint, Instance, Origin } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';
import type { PortListener } from './listeners.ts';
import type { PortMap } from './map.ts';

interface SetBy {
  origin: Origin;
  source: string;
}

/** An instance in the JSON of `ports`. */
export interface PortsDocument {
  id: string;
  product: string;
  profile: string;
  stateDir: string;
  /** The same as in every other document. */
  ports: Pick<Footprint, 'gateway' | 'browserControl' | 'canvas' | 'cdp'>;
  /** Ports that only some versions of the product bind. */
  soft: Footprint['soft'];
  /** What set each port. */
  origins: { gateway: SetBy; browserControl: SetBy; canvas: SetBy; cdp: Record<string, SetBy> };
  /** Pid of the gateway that runs on it, verified; null when none does. */
  pid: number | null;
  /** null when this system cannot tell. */
  listeners: PortListener[] | null;
}

export function portsDocument({ opened, listeners }: PortMap['instances'][number]): PortsDocument {
  const { instance, lock }: OpenInstance = opened;
  const { gateway, browserControl, canvas, cdp, soft } = instance.footprint;
  return {
    id: instance.id,
    product: instance.pack.id,
    profile: instance.profile.value,
    stateDir: instance.stateDir.value,
    ports: { gateway, browserControl, canvas, cdp },
    soft,
    origins: origins(instance),
    pid: lock?.pid ?? null,
    listeners: listeners ?? null,
  };
}

function origins({ port, browserControlPort, canvasPort, cdpPorts }: Instance): PortsDocument['origins'] {
  const setBy = ({ origin, source }: SetBy): SetBy => ({ origin, source });
  return {
    gateway: setBy(port),
    browserControl: setBy(browserControlPort),
    canvas: setBy(canvasPort),
    cdp: Object.fromEntries(Object.entries(cdpPorts).map(([name, sourced]) => [name, setBy(sourced)])),
  };
}
