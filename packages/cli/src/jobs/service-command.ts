import { type ManagerView, SCHEMA_VERSION, type ServiceChangeDocument, type ServiceState } from '@polygate/core';
import type { ServiceManager } from '@polygate/host';
import type { Outcome } from '../command.ts';

/** A service after the change, as its manager sees it; `view` undefined: the manager cannot be asked. */
export interface ChangedService {
  manager: ServiceManager;
  name: string;
  view: ManagerView | undefined;
}

/** The outcome of a command that changes a service; without a manager there is none to tell of. */
export function lifecycleOutcome(
  service: ChangedService | undefined,
  change: Omit<ServiceChangeDocument, 'ok' | 'schemaVersion' | 'service'>,
): Outcome {
  const { action, result, message, warnings = [], hints = [], ...more } = change;
  const json: ServiceChangeDocument = {
    ok: true,
    schemaVersion: SCHEMA_VERSION,
    action,
    result,
    message,
    warnings: warnings.length > 0 ? warnings : undefined,
    hints: hints.length > 0 ? hints : undefined,
    service: service && serviceState(service),
    ...more,
  };
  return { json, text: [message, ...warnings.map((w) => `Warning: ${w}`), ...hints].join('\n') };
}

function serviceState({ manager, name, view }: ChangedService): ServiceState {
  const { id, label, loadedText, notLoadedText } = manager;
  return {
    label,
    loaded: view?.loaded ?? view?.enabled ?? false,
    loadedText,
    notLoadedText,
    name,
    manager: id,
    state: view?.state ?? 'unknown',
  };
}
