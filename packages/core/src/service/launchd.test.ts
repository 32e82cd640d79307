import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fixturePath, runCommand, tempDir, unless, whyNoProgram } from '@polygate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobFaults } from '../formats/launchd-plist.ts';
import { readPlist, renderPlist, unsayable } from '../formats/plist.ts';
import { builtInPacks } from '../gen/products.gen.ts';
import { resolveIdentity } from '../instance/identity.ts';
import { resolveInstance } from '../instance/instance.ts';
import { defineService, defineSupervisor, type Launch, type ServiceDefinition } from './definition.ts';
import { type DomainKind, domainOf, type JobPlace, jobOf, outputOf, readJob } from './launchd.ts';
import { jobDoubts, unwrapped } from './launchd-adopt.ts';
import { auditJob } from './launchd-audit.ts';
import { serviceName } from './names.ts';
import { ENV_FILE_VARIABLE } from './parking.ts';
import { recogniseService } from './recognise.ts';

const HOME = '/Users/ana';
const launch: Launch = {
  ...{ node: '/usr/local/bin/node', entry: '/opt/polygate/polygate.mjs', version: '0.1.0', polygateHome: undefined },
  ...{ platform: 'darwin', home: HOME },
};
const PORTS = { default: 18789, rescue: 19789, dev: 19001 };

const cases = builtInPacks.flatMap((pack) =>
  (['default', 'rescue', 'dev'] as const).map((profile) => {
    const machine = { paths: path.posix, home: HOME, cwd: '/' };
    const identity = resolveIdentity({ pack, flags: { profile }, env: {}, known: [], ...machine });
    const lease = { port: PORTS[profile], cdp: {} };
    const instance = resolveInstance({ pack, identity, flags: {}, config: undefined, lease, program: 'reference', ...machine });
    const stateDir = instance.stateDir.value;
    const parkedFile = `${stateDir}/parked.json`;
    return {
      name: `${pack.id}-${profile}`,
      label: serviceName(pack, identity.profile.value, 'launchd-agent'),
      // launchd knows no readiness: what a gateway says of it goes nowhere.
      definition: { ...defineService(instance, { ...launch, parkedFile }, undefined), notifies: false },
    };
  }),
);

const placeOf = (label: string, { workingDirectory }: ServiceDefinition, domain: DomainKind = 'gui'): JobPlace => ({
  label,
  domain,
  output: { out: `${workingDirectory}/logs/gateway.log`, err: `${workingDirectory}/logs/gateway.err.log` },
});

const said = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((s) => unsayable(s) === undefined);
const hostile = fc.string({ unit: fc.constantFrom(...'<>&"\'%$\\ \t]![{}*?;#=-@:~x'), maxLength: 12 });
const text = fc.oneof(hostile, said);
const absolutePath = text.map((s) => `/srv/${s}`);
const anyDefinition: fc.Arbitrary<ServiceDefinition> = fc.record({
  description: text,
  argv: fc.tuple(absolutePath, fc.array(text, { maxLength: 5 })).map(([program, args]) => [program, ...args]),
  workingDirectory: absolutePath,
  environment: fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,12}$/), text, { maxKeys: 5, noNullPrototype: true }),
  environmentFile: fc.option(absolutePath, { nil: undefined }),
  account: fc.option(fc.constantFrom('ana', '_www'), { nil: undefined }),
  notifies: fc.constant(false),
});

const write = (definition: ServiceDefinition, label = 'com.zero.x', domain?: DomainKind) =>
  renderPlist(jobOf(definition, placeOf(label, definition, domain)));
const readBack = (plist: string) => {
  const { dict } = readPlist(plist);
  return dict && readJob(dict);
};

describe('the job of a service', () => {
  const SCOPES = {
    'launchd-agent': (definition: ServiceDefinition) => definition,
    'launchd-daemon': (definition: ServiceDefinition) => ({ ...definition, account: 'ana' }),
  };
  const both = Object.entries(SCOPES).flatMap(([scope, as]) => cases.map((c) => ({ ...c, scope, definition: as(c.definition) })));

  it.each(both)('$scope: $name is the golden one', async ({ scope, name, label, definition }) => {
    const plist = write(definition, label, scope === 'launchd-daemon' ? 'system' : 'gui');
    await expect(plist).toMatchFileSnapshot(fixturePath('golden', scope, `${name}.plist`));
  });

  it.each(both)(
    '$scope: $name is read back as it was defined, and has nothing that launchd would not take',
    ({ label, definition }) => {
      const plist = write(definition, label);
      expect(readBack(plist)).toEqual(definition);
      const { dict = {} } = readPlist(plist);
      expect(jobFaults(dict, label)).toEqual([]);
      expect(auditJob({ text: plist, mode: 0o644, label })).toEqual([]);
    },
  );

  it('is read back as it was defined, whatever stands in it', () => {
    fc.assert(
      fc.property(anyDefinition, (definition) => {
        expect(readBack(write(definition))).toEqual(definition);
      }),
    );
  });

  it.each(['a\nb', 'a\rb', 'a\0b', 'a\u001bb', 'a\ud800b'])('refuses the value %j', (bad) => {
    const { definition } = cases[0] as (typeof cases)[0];
    for (const broken of [
      { ...definition, description: bad },
      { ...definition, workingDirectory: `/x${bad}` },
      { ...definition, argv: ['/bin/x', bad] },
      { ...definition, environment: { A: bad } },
      { ...definition, environmentFile: `/x${bad}` },
    ]) {
      expect(() => write(broken)).toThrow('cannot be written into a service definition');
    }
    expect(() => write({ ...definition, environment: { 'A B': 'x' } })).toThrow('it is not a valid name');
    expect(() => write({ ...definition, environment: { [ENV_FILE_VARIABLE]: 'x' } })).toThrow('it is not a valid name');
  });

  it('stays down only when it ended with success, and has its limits said', () => {
    const { definition } = cases[0] as (typeof cases)[0];
    expect(jobOf(definition, placeOf('x', definition))).toMatchObject({
      ...{
        RunAtLoad: true,
        KeepAlive: { SuccessfulExit: false },
        ThrottleInterval: 10,
        ExitTimeOut: 30,
        ProcessType: 'Interactive',
      },
      ...{ Umask: 63, SoftResourceLimits: { NumberOfFiles: 8192 }, StandardInPath: '/dev/null' },
    });
  });

  it('is for a login at the screen, or for any login, and never for both', () => {
    const { definition } = cases[0] as (typeof cases)[0];
    const gui = jobOf(definition, placeOf('x', definition, 'gui'));
    const user = jobOf(definition, placeOf('x', definition, 'user'));
    expect([gui.LimitLoadToSessionType, user.LimitLoadToSessionType]).toEqual([undefined, 'Background']);
    expect([domainOf(gui), domainOf(user), domainOf({ LimitLoadToSessionType: ['Aqua', 'Background'] })]).toEqual([
      'gui',
      'user',
      'gui',
    ]);
    expect(outputOf(gui)).toEqual([
      `${definition.workingDirectory}/logs/gateway.err.log`,
      `${definition.workingDirectory}/logs/gateway.log`,
    ]);
  });

  it('of the supervisor leaves what it started alone, and knows the command that ends it', () => {
    const definition = { ...defineSupervisor(launch, {}), notifies: false };
    const job = jobOf(definition, { label: 'polygate', domain: 'gui', output: { out: '/l/a', err: '/l/b' } });
    expect(job).toMatchObject({ AbandonProcessGroup: true, ExitTimeOut: 120 });
    expect(readBack(renderPlist(job))).toEqual(definition);
  });
});

describe('what the family wrote', () => {
  const sample = (...parts: string[]) => readFileSync(fixturePath('plists', ...parts), 'utf8');
  const january = sample('clawdbot-2026.1.24-3', 'com.clawdbot.rescue.plist');
  const newest = sample('openclaw-2026.9.6', 'ai.openclaw.rescue.plist');

  it('in January is recognised, and audited without showing its secret', () => {
    const definition = readBack(january) as ServiceDefinition;
    expect(recogniseService(builtInPacks, 'com.clawdbot.rescue', definition)).toMatchObject({
      ...{ pack: { id: 'clawdbot' }, by: 'marker', profile: 'rescue', port: 19789, stateDir: '/Users/ana/.clawdbot-rescue' },
    });
    const issues = auditJob({ text: january, mode: 0o644, label: 'com.clawdbot.rescue', configPort: 18789 });
    expect(issues.map(({ code }) => code)).toEqual([
      ...['gateway-token-embedded', 'launchd-fatal-restarts', 'launchd-exit-timeout', 'launchd-process-type', 'launchd-umask'],
      'gateway-port-mismatch',
    ]);
    expect(JSON.stringify(issues)).not.toContain('TOKEN-OF-THE-SAMPLE');
  });

  it('in its newest generation is what stands behind its script', () => {
    const { dict = {} } = readPlist(newest);
    const found = unwrapped(dict);
    expect(found?.definition.argv.slice(0, 2)).toEqual(['/opt/homebrew/bin/node', '--max-old-space-size=8192']);
    expect(found?.variables).toMatch(/\.env$/);
    expect(recogniseService(builtInPacks, 'ai.openclaw.rescue', found?.definition ?? { environment: {} })).toMatchObject({
      ...{ pack: { id: 'openclaw' }, profile: 'rescue', port: 19789 },
    });
    expect(auditJob({ text: newest, mode: 0o600, label: 'ai.openclaw.rescue' }).map(({ code }) => code)).toEqual([
      'launchd-fatal-restarts',
    ]);
    expect(unwrapped(readPlist(january).dict ?? {})).toBeUndefined();
  });

  it('is adopted without a loss, and what a person added is named', () => {
    const { definition } = cases[0] as (typeof cases)[0];
    const wanted = jobOf(definition, placeOf('ai.openclaw.rescue', definition));
    for (const text of [january, newest]) expect(jobDoubts(text, wanted)).toEqual({ obstacle: undefined, lost: [] });
    const mine = newest.replace('<key>Umask</key>', '<key>Nice</key><integer>5</integer><key>Umask</key>');
    expect(jobDoubts(mine, wanted).lost).toEqual(['Nice=5']);
    expect(jobDoubts(newest.replace('<dict>', '<dict><key>EnableGlobbing</key><true/>'), wanted).obstacle).toContain(
      'EnableGlobbing',
    );
    expect(jobDoubts('<plist>', wanted).obstacle).toContain('not closed');
  });
});

describe('labels that a product keeps for itself', () => {
  it.each(['com.zero.mac', 'com.zero.node'])('%s is no profile', (label) => {
    expect(recogniseService(builtInPacks, label, { environment: {}, argv: ['/Applications/Zero.app/zero'] })).toBeUndefined();
  });
});

describe('the schema of jobs', () => {
  const whyNot = whyNoProgram('xmllint');
  const lint = async (files: readonly string[]) => {
    const schemas = ['--valid', '--relaxng', fixturePath('schemas', 'launchd-job.rng')];
    return runCommand(['xmllint', '--nonet', '--noout', ...schemas, ...files], {
      env: { PATH: process.env.PATH ?? '', XML_CATALOG_FILES: fixturePath('schemas', 'catalog.xml') },
    });
  };

  it.skipIf(whyNot !== undefined)(unless(whyNot, 'takes every golden one, and what is written of any other'), async () => {
    const directory = await tempDir();
    try {
      const others = fc.sample(anyDefinition, 40).map((definition, i) => {
        const file = path.join(directory.path, `${i}.plist`);
        writeFileSync(file, write(definition, 'com.zero.x', i % 2 ? 'user' : 'gui'));
        return file;
      });
      const golden = ['launchd-agent', 'launchd-daemon'].flatMap((scope) =>
        cases.map(({ name }) => fixturePath('golden', scope, `${name}.plist`)),
      );
      const { code, stderr } = await lint([...golden, ...others]);
      expect({ code, wrong: stderr.split('\n').filter((line) => line !== '' && !line.endsWith(' validates')) }).toEqual({
        code: 0,
        wrong: [],
      });
    } finally {
      await directory.remove();
    }
  });

  it.skipIf(whyNot !== undefined)(unless(whyNot, 'takes none of the broken ones'), async () => {
    // What a schema cannot say is looked for by the checks of core and of the double.
    const beyond = ['duplicate-key', 'job-no-label', 'job-no-program'];
    const files = readdirSync(fixturePath('plists', 'broken')).filter((file) => !beyond.includes(file.replace(/\.plist$/, '')));
    const codes = await Promise.all(
      files.map(async (file) => [file, (await lint([fixturePath('plists', 'broken', file)])).code]),
    );
    expect(codes.filter(([, code]) => code === 0)).toEqual([]);
  });
});
