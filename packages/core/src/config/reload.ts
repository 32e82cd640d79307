import { pick } from './pick.ts';

/**
 * What a running gateway does about a changed key. none: it is read when it is needed · hot: taken over at once ·
 * restart: by a restart in place · process: only a new process listens elsewhere
 */
export type ReloadAction = 'none' | 'hot' | 'restart' | 'process';

/** off: nothing is taken over · hot: only what needs no restart · restart: anything is, by one · hybrid: each as it needs. */
export const RELOAD_MODES = ['off', 'restart', 'hot', 'hybrid'] as const;
export type ReloadMode = (typeof RELOAD_MODES)[number];

/** Quiet time after an edit, as in the family. */
export const DEFAULT_DEBOUNCE_MS = 300;

/** The family's table of January 2026 (facts of its config reload). The first that fits counts; the rest is a restart. */
const TABLE: readonly (readonly [ReloadAction, readonly string[]])[] = [
  // The socket stays bound during a restart in place, so what it is bound to cannot change by one.
  ['process', ['gateway.port', 'gateway.bind', 'gateway.customBindHost']],
  ['hot', ['hooks', 'agents.defaults.heartbeat', 'agent.heartbeat', 'cron', 'browser']],
  ['none', ['gateway.remote', 'gateway.reload', 'identity', 'wizard', 'logging', 'models', 'agents', 'tools', 'bindings']],
  ['none', ['audio', 'agent', 'routing', 'messages', 'session', 'talk', 'skills', 'ui']],
  // Read at every signal, and text for people.
  ['none', ['commands.restart', '$schema', 'meta']],
];

export function reloadActionOf(path: string): ReloadAction {
  const isBelow = (prefix: string) => path === prefix || path.startsWith(`${prefix}.`);
  return TABLE.find(([, prefixes]) => prefixes.some(isBelow))?.[0] ?? 'restart';
}

/** Paths of everything that differs between two configs; a list is one value, as in the family. */
export function changedPaths(before: unknown, after: unknown, path = ''): string[] {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => changedPaths(own(before, key), own(after, key), path === '' ? key : `${path}.${key}`));
  }
  // A section that comes or goes is told by what is in it.
  if (isObject(before) && after === undefined && path !== '') return whole(changedPaths(before, {}, path), path);
  if (isObject(after) && before === undefined && path !== '') return whole(changedPaths({}, after, path), path);
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}

const whole = (paths: string[], path: string): string[] => (paths.length > 0 ? paths : [path]);

/** What is to be done about an edit, each path once. */
export interface ReloadPlan {
  /** Read when needed, or taken over at once. */
  applied: string[];
  /** Why it restarts in place; nothing: it does not. */
  restart: string[];
  /** Waits for a new process. */
  process: string[];
  /** Not taken over, because the mode says so. */
  ignored: string[];
}

export interface ReloadInput {
  mode: ReloadMode;
  /** The config that the process was started with. */
  born: unknown;
  /** The config that the gateway was started with, or restarted in place since. */
  started: unknown;
  /** The config that was taken over last. */
  applied: unknown;
  /** The config as it is now. */
  now: unknown;
}

/** Decides what a gateway does about its config as it is now. */
export function planReload({ mode, born, started, applied, now }: ReloadInput): ReloadPlan {
  const changedSince = (before: unknown, actions: readonly ReloadAction[]) =>
    changedPaths(before, now).filter((path) => actions.includes(reloadActionOf(path)));
  const light = changedSince(applied, ['none', 'hot']);
  // What waits for a restart is counted from the last one, or it would be forgotten with the next edit.
  const heavy = changedSince(started, ['restart']);
  const process = changedSince(born, ['process']);
  switch (mode) {
    case 'off':
      return { applied: [], restart: [], process: [], ignored: [...light, ...heavy, ...process] };
    case 'hot':
      return { applied: light, restart: [], process, ignored: heavy };
    case 'restart':
      return { applied: [], restart: [...light, ...heavy], process, ignored: [] };
    case 'hybrid':
      return { applied: light, restart: heavy, process, ignored: [] };
  }
}

/** How a config wants edits of itself to be treated. */
export function reloadSettings(config: unknown): { mode: ReloadMode; debounceMs: number } {
  const mode = pick(config, 'gateway.reload.mode');
  const debounceMs = pick(config, 'gateway.reload.debounceMs');
  return {
    mode: RELOAD_MODES.find((each) => each === mode) ?? 'hybrid',
    debounceMs: typeof debounceMs === 'number' && debounceMs >= 0 ? debounceMs : DEFAULT_DEBOUNCE_MS,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const own = (value: Record<string, unknown>, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined);
