import type { ManagerView } from '@polygate/core';
import { readVariable } from '@polygate/core';
import { type Host, type Inspection, type OpenInstance, withParents } from '@polygate/host';

/** A service as far as it tells where its gateway listens. */
export interface LocatingService {
  inspection: Inspection;
  view: ManagerView | undefined;
}

/**
 * The instance on the port where its gateway really listens. A verified lock has told it already; a gateway that has none (of
 * another make, or its state directory was replaced under it) is found by the port that its service's process owns.
 */
export async function located<T extends OpenInstance>(host: Host, opened: T, service: LocatingService | undefined): Promise<T> {
  const { instance, lock } = opened;
  const pid = service?.view?.pid;
  if (lock || pid === undefined || ['flag', 'env'].includes(instance.port.origin)) return opened;
  const owns = async (port: number) => (await withParents(host, (await host.net.listeners(port, [pid])) ?? [], pid)).has(pid);
  if (await owns(instance.port.value)) return opened;
  const said = portOf(opened, service?.inspection);
  const port = said !== undefined && (await owns(said)) ? said : await anyPort(host, opened, pid);
  return port === undefined ? opened : { ...opened, instance: opened.runningOn(port, 'port of the service') };
}

/** The base port that a definition gives the gateway, on its command line or in its environment. */
function portOf({ instance }: OpenInstance, inspection: Inspection | undefined): number | undefined {
  const { argv = [], environment = {} } = inspection?.definition ?? {};
  const at = argv.indexOf('--port');
  const said = at < 0 ? readVariable(instance.pack, environment, 'GATEWAY_PORT')?.value : argv[at + 1];
  const port = Number(said ?? Number.NaN);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

/** Programs of other makes have defaults of their own. Of the ports of a family the base is the lowest one. */
async function anyPort({ net, processes }: Host, { instance, settings }: OpenInstance, pid: number): Promise<number | undefined> {
  if (settings?.program === 'reference') return undefined;
  const { browserControl, canvas, cdp } = instance.footprint;
  const isDerived = (port: number) => port === browserControl || port === canvas || (port >= cdp.first && port <= cdp.last);
  const listeners = (await net.listenersOn(await net.listeningPorts(), [pid])) ?? [];
  const own = await Promise.all(
    listeners.map(async (one) =>
      (await withParents({ processes }, [one], pid)).has(pid) && !isDerived(one.port) ? [one.port] : [],
    ),
  );
  return own.flat().sort((a, b) => a - b)[0];
}
