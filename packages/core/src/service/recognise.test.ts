import { readFileSync } from 'node:fs';
import { fixturePath } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { parseUnit } from '../formats/systemd-unit.ts';
import { findPack } from '../product/catalogue.ts';
import { recogniseService } from './recognise.ts';
import { readUnit } from './systemd.ts';

const packs = ['zero', 'openclaw', 'moltbot', 'clawdbot', 'ws-agent'].map((id) => findPack(id));
const recognise = (name: string, environment: Record<string, string>, argv: string[] = ['/bin/true']) => {
  const found = recogniseService(packs, name, { argv, environment });
  return found && `${found.pack?.id}/${found.profile} by ${found.by}${found.legacy ? ', legacy' : ''}`;
};
const captured = (file: string) => {
  const definition = readUnit(parseUnit(readFileSync(fixturePath('units', file), 'utf8')));
  if (!definition) throw new Error(`${file} has no ExecStart`);
  return definition;
};

describe('recogniseService', () => {
  it.each([
    ['clawdbot-2026.1.24-3.service', 'clawdbot', '/home/ana/.clawdbot-rescue'],
    ['openclaw-2026.9.6.service', 'openclaw', '/home/ana/.openclaw-rescue'],
  ])('reads what the real tools wrote, under any name: %s', (file, product, stateDir) => {
    for (const name of [`${product}-gateway-rescue`, 'something-else']) {
      expect(recogniseService(packs, name, captured(file))).toMatchObject({
        ...{ pack: { id: product }, by: 'marker', legacy: false, profile: 'rescue', stateDir, port: 19_789 },
      });
    }
  });

  it('knows a unit that somebody wrote by hand by what it runs', () => {
    const hand = { ...captured('openclaw-2026.9.6.service'), environment: {} };
    expect(recogniseService(packs, 'bot', hand)).toMatchObject({ pack: { id: 'openclaw' }, by: 'program', port: 19_789 });
    const command = ['/usr/local/bin/openclaw', 'gateway', '--port=1'];
    expect(recognise('bot', {}, command)).toBe('openclaw/default by program');
    expect(recognise('bot', {}, [...command, '--profile', 'rescue'])).toBe('openclaw/rescue by program');
    expect(recognise('bot', {}, ['/usr/local/bin/openclaw', '--dev', 'gateway'])).toBe('openclaw/dev by program');
    // Which profile a state directory is of, only the profile itself can say.
    expect(recognise('bot', { OPENCLAW_STATE_DIR: '/srv/bot' }, command)).toBe('openclaw/undefined by program');
    expect(recognise('bot', {}, ['/usr/bin/zero.cjs', 'status'])).toBeUndefined();
    expect(recognise('proxy', {}, ['/usr/bin/nginx', '-g', 'gateway'])).toBeUndefined();
  });

  it('calls a unit the past of its own product only, never a sibling', () => {
    const marked = (product: string, prefix: string) => ({ [`${prefix}SERVICE_MARKER`]: product });
    expect(recognise('clawdbot-gateway', marked('openclaw', 'OPENCLAW_'))).toBe('openclaw/default by marker, legacy');
    expect(recognise('clawdbot-gateway', marked('clawdbot', 'CLAWDBOT_'))).toBe('clawdbot/default by marker');
    expect(recognise('clawdbot-gateway', {})).toBe('clawdbot/default by name');
    expect(recognise('clawdbot-gateway', {}, ['/usr/bin/openclaw', 'gateway'])).toBe('openclaw/default by program, legacy');
  });

  it('knows a gateway of a product that nobody described, and leaves alone what is none', () => {
    expect(recognise('x', { FORK_SERVICE_MARKER: 'fork', FORK_SERVICE_KIND: 'gateway' })).toBe('undefined/undefined by marker');
    expect(recognise('openclaw-gateway', { OPENCLAW_SERVICE_MARKER: 'openclaw', OPENCLAW_SERVICE_KIND: 'node' })).toBeUndefined();
    expect(recognise('ssh', {})).toBeUndefined();
  });

  it.each(['--port=0', '--port=x', '--port=70000'])('takes %s for no port', (word) => {
    expect(recogniseService(packs, 'zero-gateway', { argv: ['/z', word], environment: {} })?.port).toBeUndefined();
  });
});
