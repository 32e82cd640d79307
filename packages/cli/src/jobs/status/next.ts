import { isProblem } from '@polygate/core';
import { isReady, nextStep } from '@polygate/core/status';
import type { Findings } from './facts.ts';

/** What to type next about an instance as it was found; `others`: profiles that are set up, where this one is not. */
export function nextFor(findings: Findings, command: string, others: readonly string[] = []): string | undefined {
  const { opened, service, judgement, target, stateDirGone, detached, configNow } = findings;
  const unreadable = service?.inspection.unreadable;
  return nextStep({
    ...{ verdict: judgement.verdict, configured: opened.config.exists, command, others, manager: service?.view },
    ...{ stateDir: opened.instance.stateDir.value, stateDirGone, detached, explicit: target.explicit },
    installed: service?.inspection.text !== undefined || unreadable !== undefined,
    unreadable: unreadable && { path: service.inspection.path, denied: isProblem(unreadable, 'FILE_DENIED') },
    configReady: isReady(configNow),
  });
}
