import { describe, expect, it } from 'vitest';
import type { ServiceDefinition } from './definition.ts';
import { diffDefinitions } from './diff.ts';

const wanted: ServiceDefinition = {
  description: 'ZERO Gateway (v0.2.0)',
  argv: ['/usr/bin/node', '/opt/p.mjs', 'gateway', '--port', '18789'],
  workingDirectory: '/home/ana/.zero',
  environment: { HOME: '/home/ana', ZERO_GATEWAY_PORT: '18789' },
  environmentFile: undefined,
  account: undefined,
  notifies: true,
};

describe('diffDefinitions', () => {
  it('finds nothing between two that mean the same, whatever their description and the order of variables', () => {
    const environment = { ZERO_GATEWAY_PORT: '18789', HOME: '/home/ana' };
    expect(diffDefinitions({ ...wanted, description: 'mine', environment }, wanted)).toEqual([]);
  });

  it('tells each field that differs, with both values', () => {
    const installed: ServiceDefinition = {
      ...wanted,
      argv: ['/usr/bin/node', '/opt/p.mjs', 'gateway', '--port', '19001'],
      workingDirectory: '/',
      environment: { HOME: '/home/ana', ZERO_GATEWAY_PORT: '19001', EXTRA: '1' },
      environmentFile: '/etc/x',
    };
    expect(diffDefinitions(installed, wanted)).toEqual([
      {
        field: 'command',
        installed: '/usr/bin/node /opt/p.mjs gateway --port 19001',
        wanted: '/usr/bin/node /opt/p.mjs gateway --port 18789',
      },
      { field: 'working directory', installed: '/', wanted: '/home/ana/.zero' },
      { field: 'environment file', installed: '/etc/x', wanted: undefined },
      { field: 'environment EXTRA', installed: '1', wanted: undefined },
      { field: 'environment ZERO_GATEWAY_PORT', installed: '19001', wanted: '18789' },
    ]);
  });

  it('tells one word with a blank from two words', () => {
    const one = { ...wanted, argv: ['/bin/x', 'a b'] };
    expect(diffDefinitions(one, { ...wanted, argv: ['/bin/x', 'a', 'b'] })).toEqual([
      { field: 'command', installed: '/bin/x "a b"', wanted: '/bin/x a b' },
    ]);
  });

  it.each(['ZERO_GATEWAY_TOKEN', 'ZERO_GATEWAY_PASSWORD', 'CLIENT_SECRET', 'OPENAI_API_KEY', 'github_token'])(
    'compares %s and never shows it',
    (name) => {
      const holding = (value: string) => ({ ...wanted, environment: { ...wanted.environment, [name]: value } });
      expect(diffDefinitions(holding('canary-1'), wanted)).toEqual([
        { field: `environment ${name}`, installed: '***', wanted: undefined },
      ]);
      expect(diffDefinitions(holding('canary-1'), holding('canary-2'))).toEqual([
        { field: `environment ${name}`, installed: '***', wanted: '***' },
      ]);
      expect(diffDefinitions(holding('canary-1'), holding('canary-1'))).toEqual([]);
    },
  );

  it('hides a secret that somebody put on the command line', () => {
    const installed = { ...wanted, argv: ['/usr/bin/openclaw', 'gateway', '--token', 'canary-1', '--password=canary-2'] };
    expect(JSON.stringify(diffDefinitions(installed, wanted))).not.toContain('canary');
  });
});
