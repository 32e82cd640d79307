import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fixturePath, runCommand, tempDir, unless, whyNoProgram } from '@polygate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUnit, renderUnit, valueAt, valuesAt } from '../formats/systemd-unit.ts';
import { quoteExec } from '../formats/systemd-values.ts';
import { builtInPacks } from '../gen/products.gen.ts';
import { resolveIdentity } from '../instance/identity.ts';
import { resolveInstance } from '../instance/instance.ts';
import { forProfile } from '../product/pack.ts';
import { defineService, defineSupervisor, type Launch, type ServiceDefinition } from './definition.ts';
import { readUnit, systemUnit, userUnit } from './systemd.ts';

const launch: Launch = {
  node: '/usr/bin/node',
  entry: '/opt/polygate/polygate.mjs',
  version: '0.1.0',
  polygateHome: undefined,
  platform: 'linux',
  home: '/home/ana',
};
const PORTS = { default: 18789, rescue: 19789, dev: 19001 };

const cases = builtInPacks.flatMap((pack) =>
  (['default', 'rescue', 'dev'] as const).map((profile) => {
    const machine = { paths: path.posix, home: '/home/ana', cwd: '/' };
    const identity = resolveIdentity({ pack, flags: { profile }, env: {}, known: [], ...machine });
    const lease = { port: PORTS[profile], cdp: {} };
    const instance = resolveInstance({ pack, identity, flags: {}, config: undefined, lease, program: 'reference', ...machine });
    const definition = defineService(instance, launch, undefined);
    return {
      name: `${pack.id}-${profile}`,
      unit: `${forProfile(pack.service.systemd, identity.profile.value)}.service`,
      definition,
    };
  }),
);

const hostile = fc.string({ unit: fc.constantFrom(...'%$"\'\\ \t{}[]*?;#=-@:!|~n0x'), maxLength: 12 });
const text = fc.oneof(hostile, fc.string({ unit: 'grapheme', maxLength: 40 })).filter((s) => !/[\r\n\0]|\p{Surrogate}/u.test(s));
const plain = text.filter((s) => s === s.trim() && !s.endsWith('\\'));
const absolutePath = plain.filter((s) => s !== '' && !s.includes('/')).map((s) => `/srv/${s}`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: systemd starts no program of such a name
const programPath = absolutePath.filter((s) => !/["'\\\u0001-\u001f\u007f]/.test(s));
// biome-ignore lint/suspicious/noControlCharactersInRegex: systemd refuses these in environment values
const value = text.filter((s) => !/[\u0001-\u0008\u000b-\u001f\u007f]/.test(s));
const anyDefinition: fc.Arbitrary<ServiceDefinition> = fc.record({
  description: plain.filter((s) => s !== ''),
  argv: fc.tuple(programPath, fc.array(text, { maxLength: 5 })).map(([program, args]) => [program, ...args]),
  workingDirectory: absolutePath,
  environment: fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/), value, { maxKeys: 5 }),
  environmentFile: fc.option(absolutePath, { nil: undefined }),
  account: fc.constant(undefined),
  notifies: fc.boolean(),
});
const command = fc.tuple(programPath, fc.array(text, { maxLength: 3 })).map(([program, args]) => [program, ...args]);
const anyOutlived = fc.tuple(anyDefinition, fc.record({ stop: command, reload: command }));

describe('the unit of a service', () => {
  const SCOPES = {
    'systemd-user': userUnit,
    'systemd-system': (definition: ServiceDefinition) => systemUnit({ ...definition, account: 'ana' }),
  };
  const both = Object.entries(SCOPES).flatMap(([scope, render]) => cases.map((c) => ({ ...c, scope, render })));

  it.each(both)('$scope: $name is the golden one', async ({ scope, name, definition, render }) => {
    await expect(renderUnit(render(definition))).toMatchFileSnapshot(fixturePath('golden', scope, `${name}.service`));
  });

  it.each(both)('$scope: $name is read back as it was defined', ({ scope, definition, render }) => {
    const account = scope === 'systemd-system' ? 'ana' : undefined;
    expect(readUnit(parseUnit(renderUnit(render(definition))))).toEqual({ ...definition, account });
  });

  it('is read back as it was defined, whatever stands in it', () => {
    fc.assert(
      fc.property(anyDefinition, (definition) => {
        expect(readUnit(parseUnit(renderUnit(userUnit(definition))))).toEqual(definition);
      }),
    );
  });

  it('starts again always, except after exit 78, and takes all of its processes along', () => {
    const unit = userUnit((cases[0] as (typeof cases)[0]).definition);
    expect(valueAt(unit, 'Service', 'Restart')).toBe('always');
    expect(valueAt(unit, 'Service', 'RestartPreventExitStatus')).toBe('78');
    expect(valueAt(unit, 'Service', 'KillMode')).toBe('mixed');
    expect(valuesAt(unit, 'Install', 'WantedBy')).toEqual(['default.target']);
  });

  it('needs the file with the secrets when there is one', () => {
    const [first] = cases;
    const unit = userUnit({ ...(first as (typeof cases)[0]).definition, environmentFile: '/home/ana/.zero/gateway.env' });
    expect(valueAt(unit, 'Service', 'EnvironmentFile')).toBe('/home/ana/.zero/gateway.env');
  });

  it.each(['a\nExecStartPre=/bin/evil', 'a\rb', 'a\0b'])('refuses the value %j, which would be another line', (bad) => {
    const { definition } = cases[0] as (typeof cases)[0];
    for (const broken of [
      { ...definition, description: bad },
      { ...definition, workingDirectory: `/x${bad}` },
      { ...definition, argv: ['/bin/x', bad] },
      { ...definition, environment: { A: bad } },
      { ...definition, environmentFile: `/x${bad}` },
    ]) {
      expect(() => userUnit(broken)).toThrow('cannot be written into a service definition');
    }
  });
});

describe('no golden file', () => {
  const golden = readdirSync(fixturePath('golden'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  // What secrets look like: named and set, in hexadecimal or base64 as tokens are, with the prefixes that providers give theirs.
  const NAMED =
    /<key>\w*(TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|CREDENTIAL)\w*<|\w*(TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|CREDENTIAL)\w*["']?\s*[=:]\s*["']?(?!\*\*\*)[^\s"']/i;
  const RANDOM =
    /\b[0-9a-f]{32,}\b|\b(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{40,}\b|\b(sk|xox[abp]|gh[pous])[-_]\w{8}|eyJ\w{10}|canary/;

  it('contains a secret', () => {
    // Of every manager 5 products and 3 profiles: definitions, and what an install would do.
    const folders = new Set(golden.map((file) => path.dirname(file)));
    expect(folders.size).toBe(4 + 5 + 3);
    for (const folder of folders)
      expect(
        golden.filter((file) => path.dirname(file) === folder),
        folder,
      ).toHaveLength(5 * 3);
    for (const file of golden) {
      const content = readFileSync(file, 'utf8');
      expect(NAMED.exec(content)?.[0], file).toBeUndefined();
      expect(RANDOM.exec(content)?.[0], file).toBeUndefined();
    }
  });

  it.each([
    'Environment=ZERO_GATEWAY_TOKEN=abc',
    '<key>ZERO_GATEWAY_TOKEN</key>\n<string>abc</string>',
    '"OPENCLAW_GATEWAY_PASSWORD": "x"',
    'a 0123456789abcdef0123456789abcdef b',
    'sk-proj12345678',
  ])('could contain %s unseen', (secret) => expect(NAMED.test(secret) || RANDOM.test(secret)).toBe(true));
});

describe('readUnit', () => {
  it('reads what the family’s own installer wrote', () => {
    const unit = parseUnit(`[Unit]
Description=OpenClaw Gateway (profile: main, v2026.1.30)
After=network-online.target
Wants=network-online.target

[Service]
ExecStart="/usr/bin/node" "/opt/open claw/dist/index.js" gateway --port 18789
Restart=always
RestartSec=5
KillMode=process
Environment=HOME=/home/ana
Environment="PATH=/usr/bin:/bin" "OPENCLAW_GATEWAY_TOKEN=a b"
Environment=OPENCLAW_PROFILE=main
[Install]
WantedBy=default.target
`);
    expect(readUnit(unit)).toEqual({
      description: 'OpenClaw Gateway (profile: main, v2026.1.30)',
      argv: ['/usr/bin/node', '/opt/open claw/dist/index.js', 'gateway', '--port', '18789'],
      workingDirectory: '',
      environment: {
        HOME: '/home/ana',
        PATH: '/usr/bin:/bin',
        OPENCLAW_GATEWAY_TOKEN: 'a b',
        OPENCLAW_PROFILE: 'main',
      },
      environmentFile: undefined,
      account: undefined,
      notifies: false,
    });
  });

  it.each(['', '[Service]\nRestart=always\n', '[Unit]\nExecStart=/bin/x\n', '[Service]\nExecStart=/bin/x\nExecStart=\n'])(
    'finds no service in %j',
    (source) => expect(readUnit(parseUnit(source))).toBeUndefined(),
  );
});

describe('systemd itself', () => {
  const whyNot = whyNoProgram('systemd-analyze');

  /** What `systemd-analyze verify` says of units by file name; each must start a program that exists. */
  async function verify(
    units: Record<string, ServiceDefinition>,
    scope: 'user' | 'system' = 'user',
  ): Promise<{ code: number | null; output: string }> {
    const render = scope === 'user' ? userUnit : systemUnit;
    const dir = await tempDir();
    try {
      const files = Object.entries(units).map(([name, definition]) => {
        const file = path.join(dir.path, name);
        const exec = quoteExec(definition.argv);
        const startable = quoteExec([process.execPath, ...definition.argv.slice(1)]);
        writeFileSync(
          file,
          renderUnit(render(definition)).replace(`ExecStart=${exec}\n`, () => `ExecStart=${startable}\n`),
        );
        return file;
      });
      const argv = ['systemd-analyze', `--${scope}`, 'verify', '--recursive-errors=no', '--man=no', ...files];
      const { code, stdout, stderr } = await runCommand(argv, {
        env: { PATH: process.env['PATH'] ?? '', HOME: dir.path, XDG_RUNTIME_DIR: dir.path, LC_ALL: 'C' },
      });
      return { code, output: stdout + stderr };
    } finally {
      await dir.remove();
    }
  }

  it.skipIf(whyNot !== undefined).each(['user', 'system'] as const)(
    unless(whyNot, 'accepts every golden unit of the %s without a word'),
    async (scope) => {
      const account = scope === 'system' ? 'root' : undefined;
      const units = Object.fromEntries(cases.map(({ unit, definition }) => [unit, { ...definition, account }]));
      expect(Object.keys(units)).toHaveLength(15);
      expect(await verify(units, scope)).toEqual({ code: 0, output: '' });
    },
  );

  it.skipIf(whyNot !== undefined)(unless(whyNot, 'accepts whatever this quotes'), async () => {
    const samples = fc.sample(anyDefinition, { numRuns: 60, seed: 7 });
    const units = Object.fromEntries(samples.map((definition, i) => [`sample-${i}.service`, definition]));
    expect(await verify(units)).toEqual({ code: 0, output: '' });
  });

  it.skipIf(whyNot !== undefined)(unless(whyNot, 'would not accept what is wrong'), async () => {
    const { definition } = cases[0] as (typeof cases)[0];
    const { code, output } = await verify({ 'broken.service': { ...definition, workingDirectory: 'relative' } });
    expect(code).toBe(1);
    expect(output).toContain('not absolute');
  });
});

describe('the unit of the supervisor', () => {
  it('leaves what it started alone, and has commands to end and to renew it', () => {
    const definition = defineSupervisor(launch, { POLYGATE_HOME: '/srv/x' });
    const unit = userUnit(definition);
    expect(readUnit(parseUnit(renderUnit(unit)))).toEqual(definition);
    const at = (key: string) => valueAt(unit, 'Service', key);
    expect([at('Type'), at('KillMode'), at('Restart'), at('RestartPreventExitStatus')]).toEqual([
      ...['notify', 'process', 'always', '78'],
    ]);
    // Options of Node that keep it small, as those of one that is started by hand in the background.
    expect(at('ExecStart')).toMatch(/^\/usr\/bin\/node (--[a-z0-9=-]+ )+\/opt\/polygate\/polygate\.mjs up$/);
    expect(at('ExecStop')).toBe('/usr/bin/node /opt/polygate/polygate.mjs down');
    expect(at('ExecReload')).toBe('/usr/bin/node /opt/polygate/polygate.mjs supervisor reload');
  });

  it('comes back with its commands, whatever is in them', () => {
    fc.assert(
      fc.property(anyOutlived, ([definition, outlived]) => {
        const unit = userUnit({ ...definition, outlived });
        expect(readUnit(parseUnit(renderUnit(unit)))).toEqual({ ...definition, outlived });
      }),
    );
  });
});
