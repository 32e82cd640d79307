import type { ManagerView, Verdict } from './verdict.ts';

export interface NextStepFacts {
  verdict: Verdict;
  /** There is a config file. */
  configured: boolean;
  /** There is a definition of a service. */
  installed: boolean;
  /** The user's command with product and profile in it. */
  command: string;
  /** Other profiles of the product that are set up. */
  others: readonly string[];
  /** Another address was asked (--url): nothing local is to be done about it. */
  explicit?: boolean;
  /** The definition, where it is there and this account cannot read it. */
  unreadable?: { path: string; denied: boolean } | undefined;
  manager?: Pick<ManagerView, 'obstacle' | 'remedy' | 'needsReload'> | undefined;
  stateDir?: string;
  stateDirGone?: boolean;
  /** The state directory was replaced under the gateway that runs. */
  detached?: boolean;
  /** The config file has all that a start needs. */
  configReady?: boolean;
}

/** What to type next after a status that is not what one wants; undefined when there is nothing to do but wait, or at all. */
export function nextStep(facts: NextStepFacts): string | undefined {
  return facts.explicit ? elsewhere(facts) : (obstacle(facts) ?? usual(facts));
}

function elsewhere({ verdict }: NextStepFacts): string | undefined {
  if (verdict === 'unauthorized') return 'show the secret of that gateway: --token or --password';
  return verdict === 'stopped' ? 'check the address given with --url, and that a gateway runs there' : undefined;
}

/** What has to go first, whatever the verdict would ask for. */
function obstacle(facts: NextStepFacts): string | undefined {
  const { verdict, command, installed, manager, unreadable } = facts;
  if (verdict === 'degraded' && facts.stateDirGone) {
    return installed
      ? `put ${facts.stateDir} back and ${command} gateway restart, or make it anew: ${command} gateway install`
      : `end that gateway where it was started, then ${command} setup`;
  }
  if (verdict === 'misconfigured' && facts.stateDirGone) return `${command} gateway install`;
  if ((verdict === 'degraded' || verdict === 'unauthorized') && facts.detached) return `${command} gateway restart`;
  // What runs well still does so: its definition is what would not start again.
  if (manager?.obstacle === 'bad-definition' && (verdict === 'healthy' || verdict === 'misconfigured'))
    return `${command} gateway ${manager.needsReload ? 'start' : 'install --force'}`;
  if (verdict === 'healthy') return undefined;
  if (unreadable) return `${readable(unreadable)}, then ${command} gateway install`;
  if (verdict === 'stopped' && manager?.obstacle === 'masked')
    return `${manager.remedy ?? 'unmask it'}, then ${command} gateway ${installed ? 'start' : 'install'}`;
  return undefined;
}

/** How a definition that cannot be read becomes one that can, or goes out of the way. */
export function readable({ path, denied }: { path: string; denied: boolean }): string {
  return denied ? `chmod u+rw ${path}` : `mv ${path} ${path}.old`;
}

function usual({ verdict, configured, installed, command, others, configReady }: NextStepFacts): string | undefined {
  switch (verdict) {
    case 'not-installed':
      return configured
        ? `${command} gateway (in the foreground) or ${command} gateway install (as a service)`
        : `${command} onboard${others.length > 0 ? ` (profiles that there are: ${others.join(', ')})` : ''}`;
    case 'stopped':
      return `${command} gateway start`;
    case 'misconfigured':
    case 'parked': {
      const start = `${command} gateway ${installed ? 'start' : 'run'}`;
      return configReady ? start : `put the config file right, then ${start}`;
    }
    case 'crash-looping':
    case 'unresponsive':
      return `${command} logs`;
    case 'unauthorized':
      return 'show the secret that the gateway was started with: --token, or restart it with the one that the config has now';
    case 'port-foreign':
      return `${command} setup --port with a free port, or end what listens there`;
    default:
      return undefined;
  }
}
