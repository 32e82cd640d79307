import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ServiceDefinition } from '@polygate/core';
import { renderUnit, systemUnit, type UnitEntry, userUnit } from '@polygate/core/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemdBox, whyNoBox } from './support/systemd-box.ts';
import { ROOT } from './support/world.ts';

const PAGE = path.join(ROOT, 'docs/explanation/how-services-are-hardened.md');
const reason = whyNoBox();
let box: SystemdBox;

/** What a process of a unit finds when only this directive is set, and what one finds without it. */
interface Effect {
  script: string;
  set: RegExp;
  unset: RegExp;
}

const procStatus = (field: string, set: string, unset: string): Effect => ({
  script: `grep '^${field}:' /proc/self/status`,
  set: new RegExp(`: +${set}$`),
  unset: new RegExp(`: +${unset}$`),
});
/** A filter of system calls: there is none in a process that nobody set one for. */
const FILTERED = procStatus('Seccomp', '2', '0');
const denied = (script: string): Effect => ({
  script: `${script} && echo done`,
  set: /not permitted|denied|Read-only|cannot|failed|must be root/i,
  unset: /^done$/,
});

const IN_BOTH: Record<string, Effect> = {
  UMask: { script: 'rm -f u; touch u; stat -c %a u', set: /^600$/, unset: /^644$/ },
  NoNewPrivileges: procStatus('NoNewPrivs', '1', '0'),
  LockPersonality: denied('setarch -R true'),
  // Realtime is not an ordinary account's to ask for anyway: that it is filtered is all that can be seen there.
  RestrictRealtime: FILTERED,
  RestrictSUIDSGID: denied('rm -f s; touch s; chmod u+s s'),
  SystemCallArchitectures: FILTERED,
};
const OF_THE_SYSTEM: Record<string, Effect> = {
  ProtectSystem: denied('touch /usr/written /etc/written'),
  // /proc/sys is read-only in the box as it is; these are not.
  ProtectKernelTunables: {
    script: "grep -cE ' /proc/(irq|fs|bus|acpi|kallsyms|sysrq-trigger) ro' /proc/self/mountinfo || true",
    set: /^[1-9]\d*$/,
    unset: /^0$/,
  },
  RestrictRealtime: denied('chrt -f 1 true'),
  ProtectKernelModules: FILTERED,
  ProtectKernelLogs: FILTERED,
  ProtectControlGroups: denied('mkdir -p /sys/fs/cgroup/written && rmdir /sys/fs/cgroup/written'),
  ProtectClock: FILTERED,
  ProtectHostname: denied('hostname "$(hostname)"'),
  CapabilityBoundingSet: procStatus('CapBnd', '0{16}', '0*[1-9a-f][0-9a-f]*'),
};

/** Keys of a unit that say what is run, when, and how it ends: other tests show what they do. */
const NOT_HARDENING =
  /^(Type|NotifyAccess|Watchdog.*|User|ExecStart|WorkingDirectory|Environment|EnvironmentFile|Restart.*|SuccessExitStatus|KillMode|TimeoutStopSec)$/;
const definition: ServiceDefinition = {
  description: 'a gateway',
  argv: ['/bin/true'],
  workingDirectory: '/',
  environment: {},
  environmentFile: undefined,
  account: undefined,
  notifies: true,
};

const SCOPES = {
  user: {
    render: userUnit,
    effects: IN_BOTH,
    unitDir: '/home/tester/.config/systemd/user',
    work: '/home/tester/probes',
    systemctl: 'systemctl --user',
  },
  system: {
    render: systemUnit,
    effects: { ...IN_BOTH, ...OF_THE_SYSTEM },
    unitDir: '/etc/systemd/system',
    work: '/srv/probes',
    systemctl: 'systemctl',
  },
} as const;

function hardeningOf(scope: keyof typeof SCOPES): UnitEntry[] {
  const service = SCOPES[scope].render(definition).find(({ name }) => name === 'Service');
  return (service?.entries ?? []).filter(({ key }) => !NOT_HARDENING.test(key));
}

/** Runs each probe once with its directive and once without; what each printed, by the name of the unit. */
async function probe(scope: keyof typeof SCOPES): Promise<Map<string, string>> {
  const { effects, unitDir, work, systemctl } = SCOPES[scope];
  const files: string[] = [];
  const units: string[] = [];
  const put = (file: string, content: string) => files.push(`cat > ${file} <<'END_OF_FILE'\n${content}\nEND_OF_FILE`);
  for (const { key, value } of hardeningOf(scope)) {
    put(`${work}/${key}.sh`, `cd ${work}\n${effects[key as keyof typeof effects]?.script ?? 'true'}`);
    for (const [unit, line] of [
      [`probe-${key}-set`, `${key}=${value}`],
      [`probe-${key}-unset`, ''],
    ] as const) {
      units.push(unit);
      const output = `${work}/${unit}.out`;
      put(
        `${unitDir}/${unit}.service`,
        `[Service]\nType=oneshot\nExecStart=/bin/sh ${work}/${key}.sh\nStandardOutput=file:${output}\nStandardError=file:${output}\n${line}`,
      );
    }
  }
  const script = [
    `mkdir -p ${unitDir} ${work}`,
    ...files,
    `${systemctl} daemon-reload`,
    // One after the other: two probes of a directive use the same files.
    ...units.map((unit) => `${systemctl} start ${unit} 2>/dev/null || true`),
    ...units.map((unit) => `printf '%s %s\\n' ${unit} "$(tr '\\n\\t' '  ' < ${work}/${unit}.out)"`),
  ].join('\n');
  const { stdout } = await box.exec(['sh', '-s'], { input: script, ...(scope === 'system' ? { as: 'root' } : {}) });
  const rows = stdout.split('\n').filter(Boolean);
  return new Map(rows.map((row) => [row.slice(0, row.indexOf(' ')), row.slice(row.indexOf(' ')).trim()]));
}

describe.skipIf(reason !== undefined)(`hardening${reason ? ` [${reason}]` : ''}`, () => {
  beforeAll(async () => {
    box = await SystemdBox.up({ linger: false });
    await box.exec(['loginctl', 'enable-linger', 'tester'], { as: 'root' });
  }, 120_000);
  afterAll(() => box?.down(), 120_000);

  it.each(['user', 'system'] as const)(
    'every directive of a unit of the %s takes effect, and nothing else has that effect',
    async (scope) => {
      const { effects } = SCOPES[scope];
      // A directive without a probe here would be one that nobody knows to work.
      expect(
        hardeningOf(scope)
          .map(({ key }) => key)
          .sort(),
      ).toEqual(Object.keys(effects).sort());
      await expect
        .poll(async () => (await box.exec(['systemctl', '--user', 'is-system-running'])).stdout, { timeout: 10_000 })
        .toMatch(/running|degraded/);
      const seen = await probe(scope);
      for (const [key, { set, unset }] of Object.entries(effects)) {
        expect([key, seen.get(`probe-${key}-set`)]).toEqual([key, expect.stringMatching(set)]);
        expect([key, seen.get(`probe-${key}-unset`)]).toEqual([key, expect.stringMatching(unset)]);
      }
    },
  );

  it('is lifted by the drop-in that the page about it shows, and by no less', async () => {
    const page = readFileSync(PAGE, 'utf8');
    const [, dropIn = ''] = /```ini\n([\s\S]*?)```/.exec(page) ?? [];
    const less = '[Service]\nNoNewPrivileges=no\n';
    const seen: string[] = [];
    for (const text of [less, dropIn]) {
      const unit = renderUnit(
        userUnit({
          ...definition,
          notifies: false,
          argv: ['/bin/sh', '-c', 'grep NoNewPrivs /proc/self/status > /home/tester/nnp; exit 78'],
        }),
      );
      const files = `mkdir -p ~/.config/systemd/user/lifted.service.d; cd ~/.config/systemd/user
        cat > lifted.service.d/own.conf <<'END'\n${text}END
        cat > lifted.service <<'END'\n${unit}END
        rm -f ~/nnp; systemctl --user daemon-reload; systemctl --user reset-failed lifted 2>/dev/null || true
        systemctl --user start lifted 2>/dev/null || true; until [ -s ~/nnp ]; do sleep 0.05; done; cat ~/nnp`;
      seen.push((await box.exec(['sh', '-s'], { input: files })).stdout);
    }
    expect(seen).toEqual(['NoNewPrivs:\t1\n', 'NoNewPrivs:\t0\n']);
  });

  it('has the exposure that the page about it tells, as systemd counts it', async () => {
    const page = readFileSync(PAGE, 'utf8');
    const { stdout: version } = await box.exec(['systemctl', '--version']);
    for (const scope of ['user', 'system'] as const) {
      const text = renderUnit(SCOPES[scope].render({ ...definition, account: scope === 'system' ? 'tester' : undefined }));
      const { stdout } = await box.exec(
        [
          'sh',
          '-ec',
          `cat > /tmp/scored.service; systemd-analyze ${scope === 'user' ? '--user' : ''} security --offline=yes --no-pager /tmp/scored.service`,
        ],
        { input: text },
      );
      const score = Number(/Overall exposure level[^:]*: ([\d.]+)/.exec(stdout)?.[1]);
      const told = Number(new RegExp(`^\\| ${scope}\\b[^|]*\\| ([\\d.]+)`, 'm').exec(page)?.[1]);
      // Other versions count more things.
      if (/^systemd 252\b/.test(version)) expect([scope, score]).toEqual([scope, told]);
      else expect([scope, Math.abs(score - told) < 1.5]).toEqual([scope, true]);
    }
  });
});
