import path from 'node:path';
import { builtInPacks } from '@polygate/core';
import { type FileStat, type Host, nodeHost } from '@polygate/host';
import { fixturePath, RecordingProcesses, reading, unless, whyNoPosixPaths } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { createContext } from '../../context.ts';
import type { Globals } from '../../globals.ts';
import { launchOf } from '../../jobs/launch.ts';
import { run } from './install.run.ts';

const CANARY = 'canary-5f1e9c';
const HOME = '/home/ana';
const directory: FileStat = { kind: 'directory', mode: 0o755, uid: 1000, size: 0, modifiedMs: 0 };

/** A machine on which nothing was ever set up, and on which nothing may be done: every attempt to write fails. */
function bareHost(platform: NodeJS.Platform, there: readonly string[], env: Record<string, string> = {}): Host {
  const real = nodeHost();
  const refuse = async () => expect.unreachable('a dry run writes nothing');
  return {
    ...real,
    platform,
    paths: path.posix,
    cwd: '/',
    env: { HOME, PATH: '/evil', NODE_OPTIONS: '--inspect', SOME_API_KEY: CANARY, ...env },
    users: { uid: 1000, name: 'ana', home: HOME, nameOf: async () => 'ana' },
    processes: new RecordingProcesses((line) =>
      / show /.test(line)
        ? { stdout: reading('systemctl', '252-show-not-found') }
        : /^crontab (-u ana )?-l$/.test(line)
          ? { code: 1, stderr: 'no crontab for ana\n' }
          : expect.unreachable(`a dry run only asks: ${line}`),
    ),
    files: {
      ...real.files,
      read: async () => undefined,
      list: async () => [],
      stat: async (file) => (file === HOME || there.includes(file) ? directory : undefined),
      canonical: async (file) => file,
      tail: async () => '',
      write: refuse,
      remove: refuse,
      makeDir: refuse,
      setAside: refuse,
    },
  };
}

const GLOBALS: Globals = { dev: false, json: true, color: false, verbose: false };

/** What `gateway install --dry-run --platform P --json` prints on such a machine, for a node and an entry of fixed names. */
async function dryRun(host: Host, product: string, profile: string, options: object): Promise<string> {
  const globals = { ...GLOBALS, profile };
  const shared = { host, secrets: new Set<string>(), warnings: [] };
  const context = createContext({ program: 'polygate', own: undefined, product, globals }, shared);
  const { json } = await run(context, { dryRun: true, platform: 'linux', ...options }, []);
  const { node, entry, version } = launchOf(context);
  return `${JSON.stringify(json, null, 2)}\n`
    .replaceAll(entry, '/opt/polygate/polygate.mjs')
    .replaceAll(node, '/usr/bin/node')
    .replaceAll(new RegExp(`PATH=${path.dirname(node)}:[^\\\\]*`, 'g'), "PATH=(the node's directory):(the system's)")
    .replaceAll(new RegExp(`(PATH.{3,6}")${path.dirname(node)}:[^\\\\]*`, 'g'), "$1(the node's directory):(the system's)")
    .replaceAll(version, '0.1.0');
}

/** The node of this machine comes first on the PATH of a job, whose value stands alone in a line. */
const ON_A_MAC = /(<key>PATH<\/key>\\n\s*<string>)[^<]*/g;

const PROFILES = ['default', 'rescue', 'dev'];
const SCOPES = {
  'systemd-user': [{}, { manager: 'systemd-user' }],
  'systemd-system': [{ system: true, userName: 'ana' }, { manager: 'systemd-system' }],
};
const JOBS = {
  'launchd-agent': [{}, { manager: 'launchd-agent' }],
  'launchd-daemon': [{ system: true, userName: 'ana' }, { manager: 'launchd-daemon' }],
};
const casesOf = (scopes: Record<string, object[]>) =>
  Object.entries(scopes).flatMap(([manager, ways]) =>
    builtInPacks.flatMap((pack) => PROFILES.map((profile) => ({ manager, ways, product: pack.id, profile }))),
  );
const cases = casesOf(SCOPES);

describe.skipIf(whyNoPosixPaths !== undefined)(
  unless(whyNoPosixPaths, 'gateway install --dry-run --platform linux --json'),
  () => {
    it.each(cases)(
      '$manager: $product, profile $profile is the golden one, wherever it is asked for',
      async ({ manager, ways, product, profile }) => {
        const file = fixturePath('golden', 'dry-run', manager, `${product}-${profile}.json`);
        for (const options of ways) {
          // A Mac; a Linux without systemd; one with it, on which the account has no manager yet.
          await expect(await dryRun(bareHost('darwin', []), product, profile, options)).toMatchFileSnapshot(file);
          await expect(await dryRun(bareHost('linux', []), product, profile, options)).toMatchFileSnapshot(file);
          await expect(await dryRun(bareHost('linux', ['/run/systemd/system']), product, profile, options)).toMatchFileSnapshot(
            file,
          );
        }
      },
    );

    it.each(casesOf(JOBS))(
      '$manager: $product, profile $profile is the golden one on a Mac, wherever it is asked for',
      async ({ manager, ways, product, profile }) => {
        const file = fixturePath('golden', 'dry-run', manager, `${product}-${profile}.json`);
        for (const options of ways) {
          const text = await dryRun(bareHost('linux', []), product, profile, { platform: 'darwin', ...options });
          await expect(text.replaceAll(ON_A_MAC, "$1(the node's directory):(the system's)")).toMatchFileSnapshot(file);
        }
      },
    );

    it('of a Mac keeps a secret of the environment in a file that the gateway reads itself', async () => {
      const host = bareHost('linux', [], { ZERO_GATEWAY_TOKEN: CANARY });
      for (const options of [{}, { system: true, userName: 'ana' }]) {
        const text = await dryRun(host, 'zero', 'rescue', { platform: 'darwin', ...options });
        expect(text).not.toContain(CANARY);
        const { plan } = JSON.parse(text) as { plan: { files: { path: string; mode: string; content: string }[] } };
        const [secrets, job] = plan.files;
        expect(secrets).toEqual({
          path: '/Users/ana/.zero-rescue/service.env',
          mode: '0600',
          content: 'ZERO_GATEWAY_TOKEN="***"\n',
        });
        expect(job?.content).toContain('<key>POLYGATE_ENV_FILE</key>');
      }
    });

    // Its folders are those of the platform that this runs on.
    it
      .runIf(process.platform === 'linux')
      .each(builtInPacks.flatMap((pack) => PROFILES.map((profile) => [pack.id, profile] as const)))(
      'of a Linux without systemd, and wherever it is asked for, is the one of the own supervisor: %s, profile %s',
      async (product, profile) => {
        const file = fixturePath('golden', 'dry-run', 'builtin', `${product}-${profile}.json`);
        for (const [there, options] of [
          [[], { platform: undefined }],
          [['/run/systemd/system'], { manager: 'builtin' }],
        ] as const) {
          const host = bareHost('linux', there);
          const users = { ...host.users, isOther: true as const };
          await expect(await dryRun({ ...host, users }, product, profile, options)).toMatchFileSnapshot(file);
        }
      },
    );

    it('puts a secret of the environment into a file for its owner alone, and shows it nowhere', async () => {
      const host = bareHost('darwin', [], { ZERO_GATEWAY_TOKEN: CANARY });
      for (const [options, at] of [
        [{}, `${HOME}/.zero-rescue/service.env`],
        [{ system: true }, '/etc/polygate/zero-gateway-rescue.env'],
      ] as const) {
        const { plan } = JSON.parse(await dryRun(host, 'zero', 'rescue', options)) as {
          plan: { files: { path: string; mode: string; content: string }[]; commands: string[][] };
        };
        expect(plan.files[0]).toEqual({ path: at, mode: '0600', content: 'ZERO_GATEWAY_TOKEN="***"\n' });
        expect(plan.files[1]?.content).toContain(`EnvironmentFile=${at}\n`);
        expect(JSON.stringify(plan)).not.toContain(CANARY);
      }
    });

    it.each(['launchd-agent', 'winsw', 'task-scheduler'])('has no %s for Linux', async (manager) => {
      await expect(dryRun(bareHost('darwin', []), 'zero', 'rescue', { manager })).rejects.toMatchObject({
        code: 'MANAGER_UNSUPPORTED',
      });
    });

    it('needs --dry-run beside --platform', async () => {
      await expect(dryRun(bareHost('linux', []), 'zero', 'rescue', { dryRun: false })).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      });
    });
  },
);

const WINDOWS = {
  'task-scheduler': [{}, { manager: 'task-scheduler' }],
  'startup-folder': [{ manager: 'startup-folder' }],
  winsw: [{ system: true }, { manager: 'winsw', userName: 'ana' }],
};
const onWindows = Object.entries(WINDOWS).flatMap(([manager, ways]) =>
  builtInPacks.flatMap((pack) => PROFILES.map((profile) => ({ manager, ways, product: pack.id, profile }))),
);

// The machine that it is asked on is one of POSIX; e2e/windows asks on Windows.
describe.skipIf(whyNoPosixPaths !== undefined)(
  unless(whyNoPosixPaths, 'gateway install --dry-run --platform win32 --json'),
  () => {
    it.each(onWindows)('$manager: $product, profile $profile is the golden one', async ({ manager, ways, product, profile }) => {
      const file = fixturePath('golden', 'dry-run', manager, `${product}-${profile}.json`);
      for (const options of ways) {
        const given = { platform: 'win32', ...options };
        await expect(await dryRun(bareHost('linux', []), product, profile, given)).toMatchFileSnapshot(file);
        await expect(await dryRun(bareHost('darwin', []), product, profile, given)).toMatchFileSnapshot(file);
      }
    });

    it('puts a secret of the environment into a file that the gateway reads, and shows it nowhere', async () => {
      const host = bareHost('linux', [], { ZERO_GATEWAY_TOKEN: CANARY });
      for (const manager of Object.keys(WINDOWS)) {
        const text = await dryRun(host, 'zero', 'rescue', { platform: 'win32', manager });
        const { plan } = JSON.parse(text) as { plan: { files: { path: string; mode: string; content: string }[] } };
        const path = 'C:\\Users\\ana\\.zero-rescue\\service.env';
        expect(plan.files[0]).toEqual({ path, mode: '0600', content: 'ZERO_GATEWAY_TOKEN="***"\n' });
        expect(plan.files[1]?.content).toMatch(/POLYGATE_ENV_FILE(=|" value=")C:/);
        expect(text).not.toContain(CANARY);
      }
    });
  },
);
