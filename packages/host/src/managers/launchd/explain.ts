import { Problem } from '@polygate/core';
import { launchctlAdvice, launchctlMeaning, launchctlState } from '@polygate/core/launchd';
import type { launchctl } from './launchctl.ts';

/**
 * A refused command in better words. One status of launchctl's stands for half a dozen causes: it is asked what it has of the
 * job, and whether that is disabled.
 */
export async function explainRefusal(tool: ReturnType<typeof launchctl>, problem: Problem<'MANAGER_FAILED'>): Promise<Problem> {
  const { command, reason, status } = problem.params;
  const place = placeIn(command);
  if (!place) return problem;
  const state = launchctlState(status, reason);
  const { domain, label } = place;
  const [properties, disabled] = await Promise.all([tool.print(domain, label), tool.isDisabled(domain, label)]);
  const about = { ...place, loaded: properties !== undefined, disabled };
  const meaning = launchctlMeaning(state, about);
  if (meaning === undefined) return problem;
  return new Problem('MANAGER_REFUSED', { command, reason, meaning, advice: launchctlAdvice(state, about) }, { cause: problem });
}

/** `launchctl bootstrap gui/501 /path/LABEL.plist`, or any verb with `gui/501/LABEL`. */
function placeIn(command: string): { domain: string; label: string; path: string } | undefined {
  const file = /^launchctl bootstrap (\S+) (.*\/([^/]+)\.plist)$/.exec(command);
  if (file) return { domain: file[1] as string, path: file[2] as string, label: file[3] as string };
  const target = /^launchctl .* ((?:gui|user)\/\d+|system)\/(\S+)$/.exec(command);
  return target ? { domain: target[1] as string, label: target[2] as string, path: `${target[2]}.plist` } : undefined;
}
