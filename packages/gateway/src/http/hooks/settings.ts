import { pick, textAt } from '@polygate/core';

const MOST_BYTES = 262_144;

/** What hooks may do, as the config has it (section `hooks`). */
export interface HookSettings {
  maxBodyBytes: number;
  /** undefined: every agent. */
  allowedAgentIds: readonly string[] | undefined;
  /** A request may name the conversation that it is for. */
  allowRequestSessionKey: boolean;
  /** What every key of a conversation begins with; undefined: with anything. */
  allowedSessionKeyPrefixes: readonly string[] | undefined;
  /** Where none is named; undefined: a new one each time. */
  defaultSessionKey: string | undefined;
  mappings: readonly Mapping[];
}

/** What a hook of a name of its own becomes: as the config has it, in no shape that could be relied on. */
export type Mapping = Record<string, unknown>;

const PRESETS: Readonly<Record<string, Mapping>> = {
  gmail: {
    match: { path: 'gmail' },
    action: 'agent',
    name: 'Gmail',
    sessionKey: 'hook:gmail:{{messages[0].id}}',
    messageTemplate:
      'New email from {{messages[0].from}}\nSubject: {{messages[0].subject}}\n{{messages[0].snippet}}\n{{messages[0].body}}',
  },
};

export function hookSettings(config: unknown): HookSettings {
  const most = pick(config, 'hooks.maxBodyBytes');
  const agents = texts(pick(config, 'hooks.allowedAgentIds'));
  const own = pick(config, 'hooks.mappings');
  const presets = texts(pick(config, 'hooks.presets')) ?? [];
  return {
    maxBodyBytes: typeof most === 'number' && most > 0 ? most : MOST_BYTES,
    allowedAgentIds: agents?.includes('*') ? undefined : agents,
    allowRequestSessionKey: pick(config, 'hooks.allowRequestSessionKey') === true,
    allowedSessionKeyPrefixes: texts(pick(config, 'hooks.allowedSessionKeyPrefixes')),
    defaultSessionKey: textAt(config, 'hooks.defaultSessionKey'),
    mappings: [
      ...(Array.isArray(own) ? own.filter((each) => typeof each === 'object' && each !== null) : []),
      ...presets.flatMap((name) => (Object.hasOwn(PRESETS, name) ? [PRESETS[name] as Mapping] : [])),
    ],
  };
}

function texts(list: unknown): string[] | undefined {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : undefined;
}
