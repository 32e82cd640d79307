import type { AuditIssue } from '../gen/output.gen.ts';
import { isSecretName } from './adopt.ts';

// What is wrong with any definition, whichever manager it is for.

export function secretIssues(environment: Readonly<Record<string, string>>, mode: number, what: string): AuditIssue[] {
  const readable = (mode & 0o044) !== 0 ? `, and others may read the file (mode ${mode.toString(8)})` : '';
  return Object.keys(environment)
    .filter((name) => isSecretName(name) && environment[name] !== '')
    .map((name) => {
      const kind = /(TOKEN|PASSWORD)$/.exec(name)?.[1]?.toLowerCase();
      const code = /_GATEWAY_(TOKEN|PASSWORD)$/.test(name) ? `gateway-${kind}-embedded` : 'gateway-managed-env-embedded';
      return issue(
        code,
        `The ${what} holds a secret (${name})${readable}`,
        'a definition is no place for it: a file of mode 0600 is',
      );
    });
}

/** Directories of version managers, and others with a version in their name: an upgrade takes the program away. */
const PINNED =
  /[\\/](\.nvm[\\/]versions|\.fnm[\\/]node-versions|\.volta[\\/]tools[\\/]image|\.asdf[\\/]installs|Cellar)[\\/]|[\\/](node-)?v?\d+\.\d+\.\d+[^\\/]*[\\/]/;

export function programIssues([program = '']: readonly string[]): AuditIssue[] {
  if (!PINNED.test(program)) return [];
  const message = 'Its node has a version in the path: the next upgrade takes it away';
  return [issue('gateway-runtime-node-version-manager', message, program)];
}

export function portIssues(port: number | undefined, configPort: number | undefined): AuditIssue[] {
  if (port === undefined || configPort === undefined || port === configPort) return [];
  return [issue('gateway-port-mismatch', `It listens on port ${port}, and the config says ${configPort}`)];
}

const issue = (code: string, message: string, detail?: string): AuditIssue => ({
  ...{ code, message, level: 'recommended' },
  ...(detail === undefined ? {} : { detail }),
});
