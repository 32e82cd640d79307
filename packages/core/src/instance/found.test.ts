import { describe, expect, it } from 'vitest';
import { findPack } from '../product/catalogue.ts';
import { instancesOf, recordable, type Trace, traceService } from './found.ts';

const trace = (by: Trace['by'], id: string, stateDir: string): Trace => {
  const [product = '', profile = ''] = id.split('/');
  return { by, product, profile, stateDir, configPath: `${stateDir}/c.json` };
};
const shown = (found: ReturnType<typeof instancesOf>) =>
  found.map((f) => `${f.product}/${f.profile} ${f.stateDir} ${f.by.join('+')}`);

describe('instancesOf', () => {
  it('makes one instance of all that tells of one state directory', () => {
    const traces = [trace('disk', 'zero/a', '/a'), trace('settings', 'zero/a', '/a'), trace('definition', 'zero/A', '/a')];
    expect(shown(instancesOf(traces))).toEqual(['zero/A /a definition+settings+disk']);
  });

  it('gives a directory of two products to the one that more speaks for', () => {
    const disk = [trace('disk', 'clawdbot/default', '/c'), trace('disk', 'moltbot/default', '/c')];
    expect(shown(instancesOf(disk))).toEqual(['clawdbot/default /c disk']);
    expect(shown(instancesOf([...disk, trace('settings', 'moltbot/default', '/c')]))).toEqual([
      'moltbot/default /c settings+disk',
    ]);
    const service = trace('definition', 'clawdbot/default', '/c');
    expect(shown(instancesOf([...disk, trace('settings', 'moltbot/default', '/c'), service]))[0]).toBe(
      'clawdbot/default /c definition+disk',
    );
  });

  it('keeps two directories of one name; a ledger takes only the first', () => {
    const found = instancesOf([trace('disk', 'zero/Work', '/home/.zero-Work'), trace('settings', 'zero/work', '/srv/work')]);
    expect(shown(found)).toHaveLength(2);
    expect(shown(recordable(found))).toEqual(['zero/work /srv/work settings']);
  });
});

describe('traceService', () => {
  const packs = ['zero', 'moltbot', 'clawdbot', 'openclaw'].map((id) => findPack(id));
  const found = (name: string, environment: Record<string, string>, home?: string) => {
    const service = traceService(packs, name, { environment }, home);
    return service && `${service.pack.id}/${service.profile} ${service.stateDir} ${service.configPath}`;
  };

  it.each([
    [
      'by what is written in it',
      'odd-name',
      { ZERO_SERVICE_MARKER: 'zero', ZERO_PROFILE: 'a', ZERO_STATE_DIR: '/s' },
      'zero/a /s undefined',
    ],
    ['by its name', 'openclaw-gateway-rescue', {}, 'openclaw/rescue undefined undefined'],
    ['by the name of the default profile', 'openclaw-gateway', {}, 'openclaw/default undefined undefined'],
    [
      'as the product of its marker, where two share a prefix',
      'x',
      { CLAWDBOT_SERVICE_MARKER: 'clawdbot', CLAWDBOT_PROFILE: 'p' },
      'clawdbot/p undefined undefined',
    ],
    ['with a config of its own', 'zero-gateway-b', { ZERO_CONFIG_PATH: '/c.json' }, 'zero/b undefined /c.json'],
  ])('recognises the service of an instance %s', (_, name, environment, expected) => {
    expect(found(name, environment as Record<string, string>)).toBe(expected);
  });

  it.each([
    ['another service', 'nginx', { ZERO_STATE_DIR: '/s' }],
    ['a service that is no gateway', 'zero-node', { ZERO_SERVICE_MARKER: 'zero', ZERO_SERVICE_KIND: 'node', ZERO_PROFILE: 'a' }],
    ['one without a name', 'x', { ZERO_SERVICE_MARKER: 'zero' }],
    ['one of another POLYGATE_HOME', 'zero-gateway', { POLYGATE_HOME: '/trial' }],
  ])('takes %s for none', (_, name, environment) => expect(found(name, environment as Record<string, string>)).toBeUndefined());

  it('recognises those of its own POLYGATE_HOME, and no others there', () => {
    expect(found('zero-gateway', { POLYGATE_HOME: '/trial' }, '/trial')).toBe('zero/default undefined undefined');
    expect(found('zero-gateway', {}, '/trial')).toBeUndefined();
  });
});
