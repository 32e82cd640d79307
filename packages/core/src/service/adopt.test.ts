import { readFileSync } from 'node:fs';
import { fixturePath } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { parseUnit } from '../formats/systemd-unit.ts';
import { findPack } from '../product/catalogue.ts';
import { adoptionOf, isSecretName, runsReference } from './adopt.ts';
import { readUnit } from './systemd.ts';

const definitionOf = (file: string) => {
  const definition = readUnit(parseUnit(readFileSync(fixturePath('units', file), 'utf8')));
  if (!definition) throw new Error(`${file} has no ExecStart`);
  return definition;
};

describe('adoptionOf', () => {
  it('takes a unit of January apart: program, port, what it needs, and the secret', () => {
    const was = 'clawdbot-gateway-rescue.service';
    const { program, secrets, port } = adoptionOf(findPack('clawdbot'), definitionOf('clawdbot-2026.1.24-3.service'), {
      unit: was,
      was,
    });
    expect(port).toBe(19_789);
    expect(secrets).toEqual({ CLAWDBOT_GATEWAY_TOKEN: '0123456789abcdef0123456789abcdef' });
    expect(program).toEqual({
      command: ['/opt/node-22.12.0/bin/node', '/home/ana/.npm-global/lib/node_modules/clawdbot/dist/entry.js', 'gateway'],
      environment: { HOME: '/home/ana', PATH: expect.stringContaining('/home/ana/.bun/bin'), CLAWDBOT_SYSTEMD_UNIT: was },
      secrets: ['CLAWDBOT_GATEWAY_TOKEN'],
    });
  });

  it('keeps what the newest generation gives its program, blank values too, and the name of the unit follows', () => {
    const names = { unit: 'new.service', was: 'openclaw-gateway-rescue.service' };
    const { program, secrets } = adoptionOf(findPack('openclaw'), definitionOf('openclaw-2026.9.6.service'), names);
    expect(program.command).toContain('--max-old-space-size=8192');
    expect(program.environment).toMatchObject({ NODE_OPTIONS: '', TMPDIR: '/tmp', OPENCLAW_SYSTEMD_UNIT: 'new.service' });
    expect(secrets).toEqual({});
  });

  it.each([
    [['/n', 'gateway', '--port', '1', '--x'], ['/n', 'gateway', '--x'], 1],
    [['/n', 'gateway', '--port=2'], ['/n', 'gateway'], 2],
    [['/n', 'gateway'], ['/n', 'gateway'], 3],
  ])('takes the port out of %j', (argv, command, port) => {
    const given = { argv, environment: { ZERO_GATEWAY_PORT: '3' } };
    expect(adoptionOf(findPack('zero'), given, { unit: 'u', was: 'u' })).toEqual({ program: { command }, secrets: {}, port });
  });

  it('trusts no variable that it does not know: it goes to the secrets', () => {
    const environment = { HTTPS_PROXY: 'http://a:b@c', OPENAI_API_KEY: 'k', LANG: 'C', ZERO_SKIP_CRON: '1', EMPTY: '' };
    const { program, secrets } = adoptionOf(findPack('zero'), { argv: ['/n'], environment }, { unit: 'u', was: 'u' });
    expect(secrets).toEqual({ HTTPS_PROXY: 'http://a:b@c', OPENAI_API_KEY: 'k' });
    expect(program.environment).toEqual({ LANG: 'C', ZERO_SKIP_CRON: '1' });
  });
});

it.each([
  ['A_TOKEN', true],
  ['API_KEY', true],
  ['KEYS', true],
  ['DB_PASSWORD', true],
  ['KEYBOARD', false],
  ['PATH', false],
])('%s names a secret: %s', (name, secret) => expect(isSecretName(name)).toBe(secret));

it('knows the definition of its own gateway', () => {
  const own = ['/n', '/e', '--product', 'zero', '--profile', 'a', 'gateway', 'run', '--port', '1'];
  expect(runsReference({ argv: own })).toBe(true);
  expect(runsReference({ argv: ['/n', '/e', 'gateway', '--port', '1'] })).toBe(false);
});
