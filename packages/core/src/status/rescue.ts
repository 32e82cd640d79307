import type { Verdict } from './verdict.ts';

/** What is known of an instance that may need help. */
export interface RescueFacts {
  verdict: Verdict;
  /** The config file is fit to run by, as far as the file tells. */
  configReady: boolean;
  /** The gateway that runs refuses the config file and goes on with its last good one. */
  refused: boolean;
  /** A config that it was well with and that differs from the present one. */
  earlier: { hash: string; port: number | undefined } | undefined;
  port: number;
  /** There is a service that can be started. */
  installed: boolean;
  /** The supervisor looks after it: what starts it again, where no service does. */
  supervisor: string | undefined;
  /** Its gateway runs. */
  runs: boolean;
  /** The selected command with the instance in it. */
  command: string;
}

/** rollback, start and restart can be carried out; by-hand is for a person, wait for nobody. */
export interface Proposal {
  action: 'rollback' | 'start' | 'restart' | 'wait' | 'by-hand';
  why: string;
  command?: string | undefined;
}

/** What helps an instance, in the order in which it is done; nothing for one that is well. */
export function proposeRescue(facts: RescueFacts): Proposal[] {
  const { verdict, command, configReady, refused, earlier, runs } = facts;
  const rollback = (why: string): Proposal => ({ action: 'rollback', why, command: `${command} config rollback` });
  const byHand = (why: string, line?: string): Proposal => ({ action: 'by-hand', why, command: line });
  // What runs well by its last good config is not to be stopped for a file.
  if (verdict === 'healthy' || (verdict === 'degraded' && refused)) {
    if (!refused) return [];
    const why = 'its gateway refuses the config file, and would not come up with it';
    return [earlier ? rollback(why) : byHand(why, `${command} config validate`)];
  }
  if (verdict === 'starting') return [{ action: 'wait', why: 'it is starting' }];
  if (verdict === 'not-installed' || verdict === 'unknown')
    return [byHand('there is nothing that could be repaired', `${command} gateway status --deep`)];
  if (verdict === 'wrong-instance') return [byHand('another gateway answers on its port', `${command} ports`)];
  if (verdict === 'port-foreign') {
    const isMoved = earlier?.port !== undefined && earlier.port !== facts.port;
    const why = 'another process has the port';
    return isMoved
      ? [rollback(`${why} that its config was changed to`), up(facts, 'it does not run')]
      : [byHand(why, `${command} ports check`)];
  }
  if (!configReady) {
    const why = 'its config is not fit to run by';
    if (!earlier) return [byHand(why, `${command} config validate`)];
    return [rollback(why), up(facts, runs ? 'what runs was started with another config' : 'it does not run')];
  }
  if (verdict === 'stopped' || verdict === 'parked') return [up(facts, 'it does not run')];
  if (verdict === 'crash-looping' && earlier)
    return [rollback('it keeps dying since its config was changed'), up(facts, 'it is not to wait any longer')];
  return [up(facts, `it is ${verdict}`)];
}

function up({ installed, supervisor, runs, command }: RescueFacts, why: string): Proposal {
  if (supervisor !== undefined) return { action: 'restart', why, command: supervisor };
  if (!installed) return { action: 'by-hand', why: `${why}, and no service runs it`, command: `${command} gateway` };
  const action = runs ? 'restart' : 'start';
  return { action, why, command: `${command} gateway ${action}` };
}
