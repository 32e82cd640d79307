import { readFileSync } from 'node:fs';
import { fixturePath } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { auditUnit } from './audit.ts';

const captured = (name: string) => readFileSync(fixturePath('units', name), 'utf8');
const codes = (text: string, rest: { mode?: number; configPort?: number } = {}) =>
  auditUnit({ text, mode: 0o600, ...rest }).map(({ code }) => code);
const fine = '[Service]\nExecStart=/usr/bin/node /opt/x.js gateway --port 1\nRestart=always\nRestartPreventExitStatus=78\n';

describe('auditUnit', () => {
  it('finds in a unit of January a secret for all to read, what is left behind, and a node that goes away', () => {
    const issues = auditUnit({ text: captured('clawdbot-2026.1.24-3.service'), mode: 0o644, configPort: 18_789 });
    expect(issues.map(({ code }) => code)).toEqual([
      'gateway-token-embedded',
      'systemd-kill-mode-process-or-none',
      'systemd-restart-policy',
      'gateway-runtime-node-version-manager',
      'gateway-port-mismatch',
    ]);
    expect(issues[0]?.message).toContain('others may read the file (mode 644)');
    expect(JSON.stringify(issues)).not.toContain('0123456789abcdef');
  });

  it('finds in a unit of the newest generation only the node in a versioned place', () => {
    expect(codes(captured('openclaw-2026.9.6.service'), { configPort: 19_789 })).toEqual([
      'gateway-runtime-node-version-manager',
    ]);
  });

  it.each([
    ['Environment=A=x y', 'the value up to the blank'],
    ['Environment=A=100%25', 'a percent sign'],
  ])('sees wrong quoting of %s: %s', (line) => expect(codes(`${fine}${line}\n`)).toEqual(['systemd-quoting']));

  it('sees a path that was not quoted, and takes a quoted one for what it is', () => {
    const exec = (text: string) => fine.replace('/usr/bin/node /opt/x.js', text);
    expect(codes(exec('/opt/my node/bin/node /opt/x.js'))).toEqual(['systemd-quoting']);
    expect(codes(exec('"/opt/my node/bin/node" --max-old-space-size=9 "/opt/x y.js"'))).toEqual([]);
    expect(codes(`${fine}Environment="A=x y" B=2\nEnvironment=C=50%%\n`)).toEqual([]);
  });

  it('sees keys of others, a missing restart policy, and a unit that runs nothing', () => {
    expect(codes(`${fine}Environment=ANTHROPIC_API_KEY=x\n`)).toEqual(['gateway-managed-env-embedded']);
    expect(codes(`${fine}Environment=ZERO_GATEWAY_TOKEN=\n`)).toEqual([]);
    expect(codes('[Service]\nExecStart=/x\n')).toEqual(['systemd-restart-policy', 'systemd-restart-policy']);
    expect(codes('[Service]\n')).toEqual(['gateway-command-missing']);
  });
});
