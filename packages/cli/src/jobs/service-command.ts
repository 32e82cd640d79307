import { type ManagerView, SCHEMA_VERSION } from '@polygate/core';
import type { ServiceManager } from '@polygate/host';
import type { Outcome } from '../command.ts';

/** What the family's lifecycle commands answer (`gateway install --json` and the like), as a superset. */
export interface Lifecycle {
  action: 'install' | 'uninstall' | 'start' | 'stop' | 'restart';
  result: string;
  message: string;
  warnings?: string[];
  hints?: string[];
  extra?: Record<string, unknown>;
}

export function lifecycleOutcome(
  manager: ServiceManager,
  name: string,
  view: ManagerView | undefined,
  lifecycle: Lifecycle,
): Outcome {
  const { action, result, message, warnings = [], hints = [], extra = {} } = lifecycle;
  const { label, loadedText, notLoadedText } = manager;
  return {
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      action,
      result,
      message,
      ...(warnings.length > 0 ? { warnings } : {}),
      ...(hints.length > 0 ? { hints } : {}),
      service: {
        label,
        loaded: view?.enabled ?? false,
        loadedText,
        notLoadedText,
        name,
        manager: manager.id,
        state: view?.state ?? 'unknown',
      },
      ...extra,
    },
    text: [message, ...warnings.map((w) => `Warning: ${w}`), ...hints].join('\n'),
  };
}
