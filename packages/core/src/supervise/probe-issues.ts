import type { Issue } from '../errors/catalogue.ts';
import type { ProbeSettings, SupervisionSettings } from './defaults.ts';
import { PROBE_ROLES, type ProbeRole } from './spec.ts';

/** What no schema says of probes: which keys belong to which kind, and thresholds that must be 1 (as for the kubelet). */
export function probeIssues(probes: SupervisionSettings['probes'], at: string): Issue[] {
  return PROBE_ROLES.flatMap((role) => {
    const probe = probes?.[role];
    return probe ? oneProbe(probe, role, `${at}.${role}`) : [];
  });
}

function oneProbe(probe: ProbeSettings, role: ProbeRole, at: string): Issue[] {
  const { kind, path, port, command, successThreshold } = probe;
  const issues: Issue[] = [];
  const wrong = (key: string, message: string) => issues.push({ path: `${at}.${key}`, message });
  if (kind === 'exec' && command === undefined) wrong('command', 'is missing: a probe of kind exec runs one');
  if (kind === 'http' && path === undefined) wrong('path', 'is missing: a probe of kind http asks for one');
  if (command !== undefined && kind !== 'exec') wrong('command', `belongs to kind exec, and the kind is ${kind ?? 'not said'}`);
  if (path !== undefined && kind !== 'http' && kind !== 'ladder') {
    wrong('path', `belongs to the kinds ladder and http, and the kind is ${kind ?? 'not said'}`);
  }
  if (port !== undefined && kind !== 'http' && kind !== 'tcp') {
    wrong('port', `belongs to the kinds tcp and http, and the kind is ${kind ?? 'not said'}`);
  }
  if (role !== 'readiness' && (successThreshold ?? 1) !== 1) {
    wrong('successThreshold', `is ${successThreshold}, and must be 1 for ${role}`);
  }
  return issues;
}
