import type { Edit } from '../config/edit.ts';
import { pick } from '../config/pick.ts';
import { secretPaths } from './secret-keys.ts';

/** What the config of a clone says instead. */
export interface CloneValues {
  port: number;
  token: string;
  workspace: string;
  withSecrets: boolean;
}

/** How a config becomes that of a clone. */
export interface ClonedConfig {
  /** Keys that are taken out, each as the keys on the way to it. */
  removals: string[][];
  edits: Edit[];
  /** What is taken out, for people. */
  leftOut: { path: string; why: 'secret' | 'port' }[];
}

/** Ports and addresses that belong to one instance: two that share them disturb each other. */
const PINNED = ['browser.controlUrl', 'browser.cdpUrl', 'browser.cdpPortRangeStart', 'canvasHost.port', 'bridge.port'];

/** Works out the config of a clone: ports, token and workspace of its own, and no secret of the other unless asked for. Pure. */
export function cloneConfig(config: unknown, { port, token, workspace, withSecrets }: CloneValues): ClonedConfig {
  const pinned = [...PINNED.map((path) => path.split('.')), ...browserPorts(config)].filter((keys) => at(config, keys));
  // The token is set below: it is replaced, not left out.
  const secrets = withSecrets ? [] : secretPaths(config).filter((keys) => keys.join('.') !== 'gateway.auth.token');
  const byPassword = withSecrets && pick(config, 'gateway.auth.mode') === 'password';
  return {
    removals: [...pinned, ...secrets].sort(laterInListFirst),
    edits: [
      { path: 'gateway.port', value: port },
      ...(byPassword ? [] : [{ path: 'gateway.auth.mode', value: 'token' }]),
      { path: 'gateway.auth.token', value: token },
      { path: 'agents.defaults.workspace', value: workspace },
    ],
    leftOut: [
      ...pinned.map((keys) => ({ path: keys.join('.'), why: 'port' as const })),
      ...secrets.map((keys) => ({ path: keys.join('.'), why: 'secret' as const })),
    ],
  };
}

function browserPorts(config: unknown): string[][] {
  const profiles = pick(config, 'browser.profiles');
  if (typeof profiles !== 'object' || profiles === null) return [];
  return Object.keys(profiles).flatMap((name) => ['cdpPort', 'cdpUrl'].map((key) => ['browser', 'profiles', name, key]));
}

function at(config: unknown, keys: readonly string[]): boolean {
  let value = config;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
}

/** Taking an element out of a list moves those behind it. */
const laterInListFirst = (a: readonly string[], b: readonly string[]) => {
  const i = a.findIndex((key, at) => key !== b[at]);
  const [x, y] = [Number(a[i]), Number(b[i])];
  return Number.isNaN(x) || Number.isNaN(y) ? 0 : y - x;
};
