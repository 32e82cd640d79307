import { pick } from '@polygate/core';
import { HttpError } from '../http-error.ts';
import type { HookSettings, Mapping } from './settings.ts';
import { filledIn, type TemplateContext } from './template.ts';

/** What a hook has the gateway do. */
export type HookAction =
  | { kind: 'wake'; text: string; mode: 'now' | 'next-heartbeat' }
  | {
      kind: 'agent';
      message: string;
      /** Of the hook, for people. */
      name: string;
      agentId: string | undefined;
      sessionKey: string | undefined;
      /** Whom the answer is sent to, and by which channel; `last`: who was last spoken with. */
      deliver: boolean;
      channel: string;
      to: string | undefined;
      model: string | undefined;
      timeoutSeconds: number | undefined;
      /** What of it strangers wrote is not to be obeyed. */
      isForeign: boolean;
    };

const MOST_SECONDS = 86_400;

/** The action of `/wake` and `/agent`, which say it themselves. @throws HttpError INVALID_REQUEST */
export function actionOf(kind: 'wake' | 'agent', payload: Record<string, unknown>): HookAction {
  const text = (key: string) => textIn(payload, key);
  if (kind === 'wake') {
    const mode = payload.mode === 'next-heartbeat' ? 'next-heartbeat' : 'now';
    return { kind, text: text('text') ?? missing('text'), mode };
  }
  for (const key of ['channel', 'model'])
    if (payload[key] !== undefined && text(key) === undefined) throw new HttpError('INVALID_REQUEST', `${key} is to be a text`);
  return {
    kind,
    message: text('message') ?? missing('message'),
    name: text('name') ?? 'Hook',
    agentId: text('agentId'),
    sessionKey: text('sessionKey'),
    deliver: payload.deliver !== false,
    channel: text('channel') ?? 'last',
    to: text('to'),
    model: text('model'),
    timeoutSeconds: secondsOf(payload.timeoutSeconds),
    isForeign: false,
  };
}

/** The action of a hook that the config maps; undefined where none does. @throws HttpError where what it maps to is nothing */
export function mappedAction({ mappings }: HookSettings, context: TemplateContext): HookAction | undefined {
  const mapping = mappings.find((each) => fits(each, context));
  if (!mapping) return undefined;
  if (mapping.transform !== undefined)
    throw new HttpError('UNAVAILABLE', 'this gateway runs no transforms of hooks: write the mapping as a template', {
      status: 501,
    });
  const filled = (key: string) => filledIn(textIn(mapping, key) ?? '', context).trim() || undefined;
  if (mapping.action === 'wake') {
    const mode = mapping.wakeMode === 'next-heartbeat' ? 'next-heartbeat' : 'now';
    return { kind: 'wake', text: filled('textTemplate') ?? missing('text'), mode };
  }
  return {
    kind: 'agent',
    message: filled('messageTemplate') ?? missing('message'),
    name: filled('name') ?? 'Hook',
    agentId: textIn(mapping, 'agentId'),
    sessionKey: filled('sessionKey'),
    deliver: mapping.deliver !== false,
    channel: textIn(mapping, 'channel') ?? 'last',
    to: filled('to'),
    model: filled('model'),
    timeoutSeconds: secondsOf(mapping.timeoutSeconds),
    isForeign: mapping.allowUnsafeExternalContent !== true,
  };
}

function fits(mapping: Mapping, { path, payload }: TemplateContext): boolean {
  const [at, source] = [pick(mapping, 'match.path'), pick(mapping, 'match.source')];
  if (typeof at === 'string' && at.trim() !== '' && at.trim().replace(/^\/+|\/+$/g, '') !== path) return false;
  return typeof source !== 'string' || source.trim() === '' || pick(payload, 'source') === source.trim();
}

function textIn(value: Record<string, unknown>, key: string): string | undefined {
  const found = Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof found === 'string' && found.trim() !== '' ? found.trim() : undefined;
}

const secondsOf = (value: unknown) =>
  typeof value === 'number' && value >= 1 ? Math.min(Math.floor(value), MOST_SECONDS) : undefined;

function missing(what: string): never {
  throw new HttpError('INVALID_REQUEST', `${what} required`);
}
