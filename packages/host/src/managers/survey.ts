import type { AuditIssue, ServiceDefinition } from '@polygate/core';
import type { Host } from '../ports.ts';

/** A definition that lies on this machine, whoever it is of. */
export interface SurveyedDefinition {
  name: string;
  path: string;
  text: string;
  /** Permission bits of its file. */
  mode: number;
  definition: ServiceDefinition;
  /** What is wrong with it. */
  audit(): AuditIssue[];
}

/** Every service that is defined for the whole system, each once. What may not be read is left out. */
export async function systemDefinitions(host: Host): Promise<SurveyedDefinition[]> {
  if (host.platform === 'linux') return (await import('./systemd/survey.ts')).systemUnits(host);
  return host.platform === 'darwin' ? (await import('./launchd/survey.ts')).systemJobs(host) : [];
}
