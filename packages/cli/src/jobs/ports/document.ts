import { type Instance, instancePorts, type PortOrigins, type PortsRow, type SetBy } from '@polygate/core';
import type { PortMap } from './map.ts';

/** An instance in the JSON of `ports`. */
export function portsRow({ opened, listeners }: PortMap['instances'][number]): PortsRow {
  const { instance, lock } = opened;
  return {
    id: instance.id,
    product: instance.pack.id,
    profile: instance.profile.value,
    stateDir: instance.stateDir.value,
    ports: instancePorts(instance.footprint),
    soft: instance.footprint.soft,
    origins: origins(instance),
    pid: lock?.pid ?? null,
    listeners: listeners ?? null,
  };
}

function origins({ port, browserControlPort, canvasPort, cdpPorts }: Instance): PortOrigins {
  const setBy = ({ origin, source }: SetBy): SetBy => ({ origin, source });
  return {
    gateway: setBy(port),
    browserControl: setBy(browserControlPort),
    canvas: setBy(canvasPort),
    cdp: Object.fromEntries(Object.entries(cdpPorts).map(([name, sourced]) => [name, setBy(sourced)])),
  };
}
