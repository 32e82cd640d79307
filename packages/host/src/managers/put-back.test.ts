import path from 'node:path';
import type { ServiceDefinition } from '@polygate/core';
import { renderUnit, systemUnit, userUnit } from '@polygate/core/service';
import { FakeClock, FakeSystemd, type MachineState } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { nodeHost } from '../node/host.ts';
import type { FileStat, Host } from '../ports.ts';
import type { Intent } from './manager.ts';
import { selectManager } from './select.ts';

const UNIT = 'zero-gateway-rescue.service';
const HOME = '/home/ana';
const OTHER = { 'other.service': '[Service]\nExecStart=/bin/other\n' };

/** The machine of ana. Her manager is up when she lingers, or is logged in. */
function hostOf(systemd: FakeSystemd, isLoggedIn: boolean): Host {
  const real = nodeHost();
  const statOf = (kind: FileStat['kind'], mode: number): FileStat => ({ kind, mode, uid: 1000, size: 0, modifiedMs: 0 });
  const isUp = () => isLoggedIn || systemd.state().lingers;
  const run = async (argv: readonly string[]) => ({ stdout: '', stderr: '', failure: undefined, ...systemd.run(argv) });
  return {
    ...real,
    platform: 'linux',
    paths: path.posix,
    env: { HOME },
    users: { uid: 1000, name: 'ana', home: HOME, nameOf: async () => 'ana' },
    clock: new FakeClock(),
    processes: { ...real.processes, run, query: run },
    files: {
      ...real.files,
      read: async (file) => systemd.files.get(file)?.content,
      write: async (file, content, mode) => systemd.write(file, String(content), mode),
      remove: async (file) => systemd.remove(file),
      makeDir: async () => undefined,
      list: async () => [],
      canonical: async (file) => file,
      stat: async (file) => {
        const kept = systemd.files.get(file);
        if (kept) return statOf('file', kept.mode);
        if (file === '/run/systemd/system') return statOf('directory', 0o755);
        if (file === '/run/user/1000/systemd/private') return isUp() ? statOf('other', 0o700) : undefined;
        if (file === '/var/lib/systemd/linger/ana') return systemd.state().lingers ? statOf('file', 0o644) : undefined;
        return undefined;
      },
    },
  };
}

const SCOPES = {
  'systemd-user': { unitDir: `${HOME}/.config/systemd/user`, render: userUnit, secrets: `${HOME}/.zero-rescue/service.env` },
  'systemd-system': { unitDir: '/etc/systemd/system', render: systemUnit, secrets: '/etc/polygate/zero-gateway-rescue.env' },
} as const;
type ScopeId = keyof typeof SCOPES;

const definitionOf = (id: ScopeId, port: number): ServiceDefinition => ({
  description: 'ZERO Gateway (v0.1.0)',
  argv: ['/usr/bin/node', '/opt/p.mjs', '--port', String(port)],
  workingDirectory: `${HOME}/.zero-rescue`,
  environment: {},
  environmentFile: SCOPES[id].secrets,
  account: id === 'systemd-system' ? 'ana' : undefined,
  notifies: true,
});

/** A machine with an older unit of ours on it. */
function older(id: ScopeId, { enabled, active }: { enabled: boolean; active: boolean }): Partial<MachineState> {
  const { unitDir, render, secrets } = SCOPES[id];
  const text = renderUnit(render(definitionOf(id, 19_001)));
  return {
    // Modes that somebody changed are kept, too.
    files: {
      [`${unitDir}/${UNIT}`]: { content: text, mode: 0o640 },
      [secrets]: { content: 'ZERO_GATEWAY_TOKEN="old"\n', mode: 0o600 },
    },
    enabled: enabled ? [UNIT, 'other.service'] : ['other.service'],
    running: active ? { [UNIT]: text, ...OTHER } : OTHER,
    lingers: true,
  };
}

const install = (id: ScopeId, force: boolean): Intent => ({
  kind: 'install',
  force,
  wanted: {
    definition: definitionOf(id, 19_789),
    environmentFile: { path: SCOPES[id].secrets, content: 'ZERO_GATEWAY_TOKEN="new"\n' },
  },
});

const UNINSTALL: Intent = { kind: 'uninstall', stateDir: `${HOME}/.zero-rescue`, force: false };
const both = (enabled: boolean, active: boolean) => (id: ScopeId) => older(id, { enabled, active });
const CASES: [
  what: string,
  intent: (id: ScopeId) => Intent,
  before: (id: ScopeId) => Partial<MachineState>,
  isLoggedIn: boolean,
][] = [
  ['an install', (id) => install(id, false), () => ({ running: OTHER, lingers: true }), false],
  ['an install for somebody who does not linger', (id) => install(id, false), () => ({ running: OTHER }), true],
  ['an install for somebody without a manager', (id) => install(id, false), () => ({ running: OTHER }), false],
  ['a forced one over what runs', (id) => install(id, true), both(true, true), false],
  ['a forced one over what is stopped', (id) => install(id, true), both(true, false), false],
  ['a forced one over what runs and is not enabled', (id) => install(id, true), both(false, true), false],
  ['a forced one over what is neither', (id) => install(id, true), both(false, false), false],
  ['an uninstall of what runs', () => UNINSTALL, both(true, true), false],
  ['an uninstall of what is stopped', () => UNINSTALL, both(true, false), false],
  ['an uninstall of what runs and is not enabled', () => UNINSTALL, both(false, true), false],
  ['an uninstall of what is neither', () => UNINSTALL, both(false, false), false],
];

const matrix = (['systemd-user', 'systemd-system'] as const).flatMap((id) =>
  CASES.map(([what, intent, before, isLoggedIn]) => ({ id, what, intent, before, isLoggedIn })),
);

describe('whichever change of the machine fails, before or after it took effect', () => {
  it.each(matrix)('$id: $what leaves files and run state as they were', async ({ id, intent, before, isLoggedIn }) => {
    const attempt = async (at: number, effect: boolean) => {
      const systemd = new FakeSystemd(SCOPES[id].unitDir, before(id));
      const was = systemd.state();
      const manager = await selectManager(hostOf(systemd, isLoggedIn), HOME, id);
      const { steps } = await manager.plan('zero-gateway-rescue', intent(id));
      systemd.failAt(at, effect);
      const failed = await manager.apply(steps).then(
        ({ warnings }) => (warnings.length > 0 ? 'warned' : undefined),
        () => 'failed',
      );
      return { failed, was, is: systemd.state(), steps };
    };
    const whole = await attempt(Number.POSITIVE_INFINITY, false);
    expect(whole.failed).toBeUndefined();
    expect(whole.is).not.toEqual(whole.was);
    const changes = whole.steps.filter(({ do: kind }) => kind !== 'await');
    expect(changes.length).toBeGreaterThan(3);
    for (const effect of [false, true]) {
      for (const [i, step] of changes.entries()) {
        const { failed, was, is } = await attempt(i + 1, effect);
        const about = `${JSON.stringify(step)} fails ${effect ? 'after' : 'without'} effect`;
        // Lingering is not needed by somebody who is logged in: the install goes on, and says so.
        if (failed === 'warned') {
          // That it was switched on is recorded only when that was said to have worked.
          const files = Object.entries(whole.is.files).filter(([path]) => !path.includes('linger'));
          expect(is, about).toEqual({ ...whole.is, lingers: effect, files: Object.fromEntries(files) });
        } else expect([failed, is], about).toEqual(['failed', was]);
      }
    }
  });
});
