import { describe, expect, it } from 'vitest';
import { auditIsolation } from './audit.ts';
import { channelSecrets, isReference } from './channel-secrets.ts';
import type { AuditInput, Finding, InstanceFacts, PlaceFact, PlaceUse, SecretFact } from './facts.ts';

const place = (use: PlaceUse, path: string, more: Partial<PlaceFact> = {}): PlaceFact => ({
  ...{ use, path, canonical: path, usual: false, mode: use === 'state directory' ? 0o700 : 0o600, uid: 1000 },
  ...more,
});
const secret = (use: SecretFact['use'], hash: string, key = 'k', reference = false): SecretFact => ({
  use,
  hash,
  key,
  reference,
});

/** An instance with a state directory, a config and a workspace of its own. */
function instance(name: string, places: PlaceFact[] = [], secrets: SecretFact[] = []): InstanceFacts {
  const own = [
    place('state directory', `/h/.zero-${name}`, { usual: true }),
    place('config', `/h/.zero-${name}/zero.json`, { usual: true }),
    place('workspace', `/h/zero-${name}`, { usual: true }),
  ];
  const kept = own.filter(({ use }) => !places.some((p) => p.use === use));
  return { id: `zero/${name}`, name: `zero/${name}`, places: [...kept, ...places], secrets };
}

function audit(instances: InstanceFacts[], more: Partial<AuditInput> = {}): Finding[] {
  return auditIsolation({ instances, foldsCase: false, uid: 1000, sep: '/', ...more });
}
const brief = (findings: Finding[]) => findings.map(({ severity, id }) => `${severity} ${id}`);

describe('instances that share nothing', () => {
  it('have no findings', () => {
    expect(audit([instance('a', [], [secret('gateway token', '1')]), instance('b', [], [secret('gateway token', '2')])])).toEqual(
      [],
    );
    expect(audit([])).toEqual([]);
  });

  it('may have the same secret in two places of their own, and one path in two uses', () => {
    const twice = [secret('channel account', '1', 'x'), secret('channel account', '1', 'y')];
    expect(audit([instance('a', [place('workspace', '/h/.zero-a')], twice), instance('b')])).toEqual([]);
  });
});

describe('a path of two instances', () => {
  it.each([
    ['under one name', place('workspace', '/w'), place('workspace', '/w')],
    ['through a symlink', place('workspace', '/w'), place('workspace', '/link', { canonical: '/w' })],
    ['through a bind mount', place('workspace', '/w', { node: '1:2' }), place('workspace', '/m', { node: '1:2' })],
    ['in two uses', place('workspace', '/w', { node: '1:2' }), place('logs', '/w', { node: '1:2' })],
  ])('is an error: %s', (_, one, other) => {
    const [finding, ...rest] = audit([instance('a', [one]), instance('b', [other])]);
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ code: 'shared-path', severity: 'error', instances: ['zero/a', 'zero/b'] });
    for (const path of [one.path, other.path]) expect(finding?.paths).toContain(path);
  });

  it('is one when the file system folds the case of letters, or an accent', () => {
    const upper = instance('a', [place('workspace', '/W\u00e9')]);
    const lower = instance('b', [place('workspace', '/we\u0301')]);
    expect(brief(audit([upper, lower], { foldsCase: true }))).toEqual([
      'error shared-path:zero/a+zero/b:workspace:/We\u0301'.normalize('NFC'),
    ]);
    expect(brief(audit([upper, lower]))).toEqual([`warning case-only:zero/a+zero/b:/W\u00e9`]);
  });

  it('is not shared by name when both are there and are two', () => {
    const [a, b] = [place('workspace', '/w', { node: '1:1' }), place('workspace', '/w', { node: '2:1' })];
    expect(audit([instance('a', [a]), instance('b', [b])])).toEqual([]);
  });

  it('that is only for logs is a warning', () => {
    const logs = place('logs', '/var/log/zero');
    expect(brief(audit([instance('a', [logs]), instance('b', [logs])]))).toEqual([
      'warning shared-path:zero/a+zero/b:logs:/var/log/zero',
    ]);
  });

  it('is told once for all that share it', () => {
    const shared = place('device identity', '/h/.zero/identity/device.json', { node: '1:2' });
    const findings = audit(['c', 'a', 'b'].map((name) => instance(name, [shared])));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ instances: ['zero/a', 'zero/b', 'zero/c'], severity: 'error' });
    expect(findings[0]?.message).toBe('zero/a, zero/b and zero/c share device identity: /h/.zero/identity/device.json');
  });
});

describe('one name of two set-ups', () => {
  it.each([
    ['zero/a', 'zero/a at /srv/a'],
    ['zero/a', 'zero/A'],
  ])('is an error: %s, %s', (...ids) => {
    const both = ids.map((id, i) => ({ ...instance(`x${i}`), id, name: id.split(' ')[0] as string }));
    expect(audit(both)).toMatchObject([{ code: 'shared-name', severity: 'error', instances: [...ids].sort() }]);
  });

  it('is none of two products', () => {
    expect(audit([instance('a'), { ...instance('b'), name: 'other/a' }])).toEqual([]);
  });
});

describe('a secret of two instances', () => {
  it.each([
    ['channel account', false, 'error'],
    ['channel account', true, 'warning'],
    ['gateway token', false, 'warning'],
  ] as const)('%s (named by a variable: %s) is: %s', (use, reference, severity) => {
    const of = (name: string) => instance(name, [], [secret(use, 'cafe01', 'the.key', reference)]);
    const findings = audit([of('a'), of('b'), instance('c', [], [secret(use, 'cafe02')])]);
    expect(brief(findings)).toEqual([`${severity} shared-secret:zero/a+zero/b:the.key`]);
    expect(JSON.stringify(findings)).not.toContain('cafe');
  });

  it('is one whatever the gateway calls it, and another than that of a channel', () => {
    const of = (name: string, use: SecretFact['use']) => instance(name, [], [secret(use, '1')]);
    expect(audit([of('a', 'gateway token'), of('b', 'gateway password')])).toHaveLength(1);
    expect(audit([of('a', 'gateway token'), of('b', 'channel account')])).toEqual([]);
  });
});

describe('a place inside another instance’s', () => {
  const inA = (use: PlaceUse, path: string, usual = false) => instance('b', [place(use, path, { usual })]);

  it.each([
    ['a workspace that the documents put there', inA('workspace', '/h/.zero-a/workspace-b', true), 'info'],
    ['a workspace', inA('workspace', '/h/.zero-a/w'), 'warning'],
    ['a state directory', inA('state directory', '/h/.zero-a/state'), 'warning'],
    ['a config', inA('config', '/h/.zero-a/b.json'), 'warning'],
    ['a workspace in a workspace', inA('workspace', '/h/zero-a/w', true), 'warning'],
  ])('%s: %s', (_, b, severity) => {
    expect(audit([instance('a'), b]).map((f) => [f.code, f.severity, f.instances])).toEqual([
      ['nested-path', severity, ['zero/a', 'zero/b']],
    ]);
  });

  it('is not one that only begins with the same letters', () => {
    expect(audit([instance('a'), inA('workspace', '/h/.zero-a2/w')])).toEqual([]);
  });

  it('is not told of what lies in a directory that both share', () => {
    const state = place('state directory', '/h/.s');
    const both = ['a', 'b'].map((name) => instance(name, [state, place('config', `/h/.s/${name}.json`)]));
    expect(audit(both).map(({ code }) => code)).toEqual(['shared-path']);
  });
});

describe('what others may read', () => {
  const told = (places: PlaceFact[], more: Partial<AuditInput> = {}) =>
    audit([instance('a', places)], more).map(({ severity, code, hint }) => [severity, code, hint]);

  it.each([
    [
      'a config in a state directory that is open',
      [place('state directory', '/s', { mode: 0o755 }), place('config', '/s/z.json', { mode: 0o644 })],
      'error',
    ],
    ['a config elsewhere', [place('config', '/z.json', { mode: 0o640 })], 'error'],
    ['a config behind a closed state directory', [place('config', '/h/.zero-a/zero.json', { mode: 0o644 })], 'warning'],
  ] as const)('%s: %s', (_, places, severity) => {
    expect(told([...places])).toContainEqual([severity, 'readable-by-others', `chmod 600 ${places.at(-1)?.path}`]);
  });

  it('is nothing where modes mean nothing, nor of a workspace', () => {
    const { mode, ...unknown } = place('config', '/z.json');
    expect([mode, told([unknown]), told([place('workspace', '/w', { mode: 0o777 })])]).toEqual([0o600, [], []]);
  });

  it('is said of what another account owns', () => {
    const root = place('workspace', '/w', { uid: 0 });
    expect(told([root])).toEqual([['warning', 'owned-by-other', 'if that is not meant: chown 1000 /w']]);
    expect(told([root], { uid: undefined })).toEqual([]);
  });
});

describe('findings', () => {
  it('come worst first, and the same for the same facts in any order', () => {
    const both = [
      instance('a', [place('workspace', '/w'), place('logs', '/l')], [secret('gateway token', '1')]),
      instance('b', [place('workspace', '/w'), place('logs', '/l')], [secret('gateway token', '1')]),
    ];
    const findings = audit(both);
    expect(findings.map(({ severity }) => severity)).toEqual(['error', 'warning', 'warning']);
    expect(audit([...both].reverse())).toEqual(findings);
    expect(new Set(findings.map(({ id }) => id)).size).toBe(3);
  });
});

describe('the accounts of channels in a config', () => {
  it('are found wherever they stand, and not in a channel that is off', () => {
    const config = {
      channels: {
        telegram: { botToken: 'T', accounts: { work: { botToken: 'W', tokenFile: '~/t' } } },
        slack: { enabled: false, botToken: 'S', appToken: 'A' },
        signal: { account: '+41', allowFrom: ['+42'], httpUrl: 'http://x' },
        discord: { token: ' ' },
      },
      gateway: { auth: { token: 'G' } },
    };
    expect(channelSecrets(config)).toEqual([
      { key: 'channels.telegram.botToken', value: 'T', kind: 'account' },
      { key: 'channels.telegram.accounts.work.botToken', value: 'W', kind: 'account' },
      { key: 'channels.telegram.accounts.work.tokenFile', value: '~/t', kind: 'file' },
      { key: 'channels.signal.account', value: '+41', kind: 'account' },
    ]);
  });

  it.each([undefined, null, 3, [], { channels: 'x' }, { channels: { a: null, b: [] } }])('are none in %j', (config) =>
    expect(channelSecrets(config)).toEqual([]),
  );

  it('may be named by a variable', () => {
    expect([isReference('${BOT_TOKEN}'), isReference('x${BOT}'), isReference('$BOT'), isReference('')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
