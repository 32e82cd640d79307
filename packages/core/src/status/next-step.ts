import type { Verdict } from './verdict.ts';

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
}

/** What to type next after a status that is not what one wants; undefined when there is nothing to do but wait, or at all. */
export function nextStep({ verdict, configured, installed, command, others }: NextStepFacts): string | undefined {
  switch (verdict) {
    case 'not-installed':
      return configured
        ? `${command} gateway (in the foreground) or ${command} gateway install (as a service)`
        : `${command} onboard${others.length > 0 ? ` (profiles that there are: ${others.join(', ')})` : ''}`;
    case 'stopped':
      return `${command} gateway start`;
    case 'misconfigured':
    case 'parked':
      return `put the config file right, then ${command} gateway ${installed ? 'start' : 'run'}`;
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
