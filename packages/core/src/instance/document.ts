import type { ManagerId } from '../service/names.ts';
import type { Instance, Program } from './instance.ts';

/** The service that an instance has or would get. */
export interface ServicePlace {
  manager: ManagerId | null;
  name: string;
  /** File of its definition; null where there is no manager. */
  path: string | null;
}

/** An instance as every command's JSON shows it. Fields are only ever added. */
export interface InstanceDocument {
  id: string;
  product: string;
  profile: string;
  stateDir: string;
  configPath: string;
  workspace: string;
  ports: {
    gateway: number;
    browserControl: number | null;
    canvas: number | null;
    cdp: { first: number; last: number; leased: Readonly<Record<string, number>> };
  };
  service: ServicePlace;
  logPath: string;
  program: Program | null;
}

export function instanceDocument(instance: Instance, service: ServicePlace, logPath: string): InstanceDocument {
  const { id, pack, profile, stateDir, configPath, workspace, footprint, program } = instance;
  const { gateway, browserControl, canvas, cdp } = footprint;
  return {
    id,
    product: pack.id,
    profile: profile.value,
    stateDir: stateDir.value,
    configPath: configPath.value,
    workspace: workspace.value,
    ports: { gateway, browserControl, canvas, cdp },
    service,
    logPath,
    program: program ?? null,
  };
}

/** Log file of the reference gateway on a day (UTC): JSON lines. */
export function logPathOf(stateDir: string, join: (...parts: string[]) => string, nowMs: number): string {
  return join(stateDir, 'logs', `gateway-${new Date(nowMs).toISOString().slice(0, 10)}.log`);
}
