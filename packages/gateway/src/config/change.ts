import { type Issue, isProblem, parseConfig } from '@polygate/core';
import { restoreSecrets, withValues } from '@polygate/core/reload';
import type { GatewayState } from '../state.ts';
import { WireError } from '../wire-error.ts';
import type { ConfigReading } from './store.ts';

/** Makes the new text of a config out of the present one. */
type Edit = (current: ConfigReading) => Promise<string>;

/**
 * Changes the config file: whole and valid, or not at all. Only what starts from the present text is written, so that nobody's
 * edit is lost. @throws WireError
 */
export async function changeConfig(
  { options: { configFile: store } }: GatewayState,
  baseHash: string | undefined,
  edit: Edit,
): Promise<ConfigReading> {
  const current = await store.read();
  if (current.exists && baseHash !== current.hash) throw stale(current.hash, baseHash);
  const text = await edit(current);
  const next = await store.check(text);
  if (next.errors.length > 0) throw invalid(next.errors);
  try {
    if (await store.replace(text, current.hash)) return next;
  } catch (error) {
    if (isProblem(error)) throw new WireError('UNAVAILABLE', error.message, { details: { code: error.code } });
    throw error;
  }
  throw stale((await store.read()).hash, baseHash);
}

/** The text that a client sent, with the secrets in it that it was shown as placeholders. */
export async function rawText(raw: string, current: unknown): Promise<string> {
  const { parsed, syntax } = await parseConfig(raw);
  if (syntax) throw invalid([syntax]);
  const { found, unknown } = restoreSecrets(parsed, current);
  refuseUnknown(unknown);
  if (found.length === 0) return raw;
  const { placeInText } = await import('@polygate/core/json5');
  return placeInText(raw, found);
}

/** The text of a config with a merge patch on it. */
export async function patchedText(patch: Record<string, unknown>, current: ConfigReading): Promise<string> {
  if (current.exists && !isObject(current.parsed)) throw invalid(current.errors);
  const { found, unknown } = restoreSecrets(patch, current.parsed);
  refuseUnknown(unknown);
  const { mergeText } = await import('@polygate/core/json5');
  return mergeText(current.text ?? '{}', withValues(patch, found) as Record<string, unknown>);
}

function refuseUnknown(paths: readonly string[]): void {
  if (paths.length > 0)
    throw invalid(paths.map((path) => ({ path, message: 'is a placeholder, and there is no secret that it stands for' })));
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function invalid(issues: readonly Issue[]): WireError {
  const [first] = issues;
  const said = first ? `: ${first.path ? `${first.path} ` : ''}${first.message}` : '';
  return new WireError('INVALID_REQUEST', `invalid config${said}`, { details: { code: 'CONFIG_INVALID', issues: [...issues] } });
}

function stale(hash: string, baseHash: string | undefined): WireError {
  return baseHash === undefined
    ? new WireError('INVALID_REQUEST', 'config base hash required; re-run config.get and retry', {
        details: { code: 'CONFIG_BASE_HASH_REQUIRED', hash },
      })
    : new WireError('INVALID_REQUEST', 'config changed since last load; re-run config.get and retry', {
        details: { code: 'CONFIG_CHANGED', hash },
      });
}
