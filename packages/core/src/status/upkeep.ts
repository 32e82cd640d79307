import type { ManagerView, Verdict } from './verdict.ts';

/** A service whose definition an install has nothing to change about, as it is found. */
export interface UpkeepFacts {
  verdict: Verdict;
  manager: ManagerView | undefined;
  /** The process of the service owns the port that answered. */
  owns: boolean;
  /** A live gateway of this instance that the service did not start. */
  stranger: boolean;
  /** The state directory is gone, or was replaced under the gateway. */
  adrift: boolean;
  force: boolean;
}

/**
 * nothing: it runs and answers for this instance · wait: it is on its way · start · restart: it runs by what is no longer on
 * disk · stranger: somebody else runs this gateway · refuse: neither would help, or only --force may
 */
export type Upkeep = 'nothing' | 'wait' | 'start' | 'restart' | 'stranger' | 'refuse';

/**
 * What an install that finds its definition in place does, so that its success always means a service that answers. One that is
 * well is never touched; one that is not is restarted only when what it runs by is known to be outdated, or with force.
 */
export function upkeep({ verdict, manager, owns, stranger, adrift, force }: UpkeepFacts): Upkeep {
  if (stranger) return 'stranger';
  const runs = manager?.state === 'running';
  if (verdict === 'healthy') return owns ? 'nothing' : runs ? 'wait' : 'stranger';
  if (verdict === 'port-foreign' && !runs) return 'refuse';
  if (manager?.state === 'starting' && verdict !== 'crash-looping') return 'wait';
  if (!runs) return 'start';
  if (adrift || verdict === 'unauthorized' || verdict === 'wrong-instance') return 'restart';
  if (verdict === 'starting') return 'wait';
  return force ? 'restart' : 'refuse';
}
