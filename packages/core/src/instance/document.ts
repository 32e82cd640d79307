import type { Footprint, InstanceDocument, InstancePorts, ServicePlace } from '../gen/output.gen.ts';
import type { Instance } from './instance.ts';

export type { InstanceDocument, ServicePlace };

/** An instance as every command's JSON shows it. */
export function instanceDocument(instance: Instance, service: ServicePlace, logPath: string): InstanceDocument {
  const { id, pack, profile, stateDir, configPath, workspace, footprint, program } = instance;
  return {
    id,
    product: pack.id,
    profile: profile.value,
    stateDir: stateDir.value,
    configPath: configPath.value,
    workspace: workspace.value,
    ports: instancePorts(footprint),
    service,
    logPath,
    program: program ?? null,
  };
}

/** The ports of an instance as every command's JSON shows them. */
export const instancePorts = ({ gateway, browserControl, canvas, cdp }: Footprint): InstancePorts => ({
  ...{ gateway, browserControl, canvas, cdp },
});

/** Log file of the reference gateway on a day (UTC): JSON lines. */
export function logPathOf(stateDir: string, join: (...parts: string[]) => string, nowMs: number): string {
  return join(stateDir, 'logs', `gateway-${new Date(nowMs).toISOString().slice(0, 10)}.log`);
}
