import { pick } from '@polygate/core';

/** Short names of the family for several tools, as far as they are here. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'group:sessions': ['sessions_list', 'sessions_history', 'sessions_send', 'session_status'],
  'group:messaging': ['message'],
  'group:nodes': ['nodes'],
  'group:automation': ['gateway'],
};

/** What `tools.profile` leaves; another profile, or none: everything. */
const PROFILES: Readonly<Record<string, readonly string[]>> = {
  minimal: ['session_status'],
  coding: ['group:sessions'],
  messaging: ['group:messaging', 'sessions_list', 'sessions_history', 'sessions_send', 'session_status'],
};

/** Whether a config lets a tool be used: in the profile, in `tools.allow` where that is set, and not in `tools.deny`. */
export function mayUse(config: unknown, tool: string): boolean {
  const profile = pick(config, 'tools.profile');
  const base = typeof profile === 'string' && Object.hasOwn(PROFILES, profile) ? PROFILES[profile] : undefined;
  const allow = namesAt(config, 'tools.allow');
  if (namesAt(config, 'tools.deny')?.some((name) => matches(name, tool))) return false;
  if (base && !base.some((name) => matches(name, tool)) && !allow?.some((name) => matches(name, tool))) return false;
  return base !== undefined || allow === undefined || allow.some((name) => matches(name, tool));
}

function namesAt(config: unknown, path: string): string[] | undefined {
  const list = pick(config, path);
  return Array.isArray(list) && list.length > 0 ? list.filter((name) => typeof name === 'string') : undefined;
}

/** Without regard to case; `*` stands for anything. */
function matches(pattern: string, tool: string): boolean {
  const name = pattern.trim().toLowerCase();
  if (Object.hasOwn(GROUPS, name)) return GROUPS[name]?.includes(tool) ?? false;
  const parts = name.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(tool);
}
