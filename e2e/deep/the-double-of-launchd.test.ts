import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { alive, type Mac, newMac, whyNoLaunchd } from '../support/launchd.ts';

// What launchd does, in a double that stories rest on: rules of launchd.plist(5) and field reports, with real processes.

const whyNot = whyNoLaunchd();
const whether = it.skipIf(whyNot !== undefined);
const GUI = 'gui/501';
const LONG_MS = 180_000;

/** Writes a job that runs a shell script. */
function job(mac: Mac, label: string, script: string, more: Record<string, string> = {}): string {
  const keys: Record<string, string> = {
    Label: `<string>${label}</string>`,
    ProgramArguments: `<array><string>/bin/sh</string><string>-c</string><string>${script.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</string></array>`,
    StandardOutPath: `<string>${mac.at(`${label}.out`)}</string>`,
    StandardErrorPath: `<string>${mac.at(`${label}.err`)}</string>`,
    RunAtLoad: '<true/>',
    ...more,
  };
  const file = mac.at(`${label}.plist`);
  const rows = Object.entries(keys).map(([key, value]) => `<key>${key}</key>${value}`);
  writeFileSync(file, `<?xml version="1.0"?>\n<plist version="1.0"><dict>${rows.join('\n')}</dict></plist>\n`, { mode: 0o644 });
  return file;
}

const FAST = { scale: 0.01 };
const out = (mac: Mac, label: string) => readFileSync(mac.at(`${label}.out`), 'utf8');
const print = async (mac: Mac, label: string) => (await mac.launchctl('print', `${GUI}/${label}`)).stdout;
const load = (mac: Mac, file: string, domain = GUI) => mac.launchctl('bootstrap', domain, file);

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the double of launchd', () => {
  whether(
    unless(whyNot, 'starts a program with as little as launchd gives, and what its job says'),
    async () => {
      const mac = await newMac({ ...FAST, machine: {} });
      const file = job(mac, 'a.b', 'pwd; umask; ulimit -n; env | sort', {
        WorkingDirectory: `<string>${mac.home}</string>`,
        ...{ Umask: '<integer>63</integer>', EnvironmentVariables: '<dict><key>A</key><string>x &amp; y</string></dict>' },
      });
      expect(await load(mac, file)).toMatchObject({ code: 0, stdout: '', stderr: '' });
      await until('its output', () => out(mac, 'a.b').includes('XPC_SERVICE_NAME'));
      const [cwd, umask, files, ...env] = out(mac, 'a.b').trim().split('\n');
      expect([cwd, umask, files]).toEqual([mac.home, '0077', '256']);
      expect(
        env.map((line) => line.split('=')[0]).filter((name) => !['OLDPWD', 'PWD', 'SHLVL', '_'].includes(name ?? '')),
      ).toEqual([...['A', 'HOME', 'LOGNAME', 'PATH', 'SHELL', 'SSH_AUTH_SOCK', 'TMPDIR', 'USER', 'XPC_SERVICE_NAME']]);
      expect(env).toContain('PATH=/usr/bin:/bin:/usr/sbin:/sbin');
      expect(env).toContain('A=x & y');
    },
    LONG_MS,
  );

  whether(
    unless(whyNot, 'starts again by its conditions alone, which are ORed'),
    async () => {
      const mac = await newMac({ scale: 0.05, machine: {} });
      const again = (value: string) => ({ KeepAlive: value, ThrottleInterval: '<integer>5</integer>' });
      const dict = (conditions: string) => `<dict>${conditions}</dict>`;
      const unsuccessful = '<key>SuccessfulExit</key><false/>';
      const crashed = '<key>Crashed</key><true/>';
      const cases: [label: string, script: string, keep: string, isKept: boolean][] = [
        ['always.ok', 'exit 0', '<true/>', true],
        ['never', 'exit 1', '<false/>', false],
        ['failed.ok', 'exit 0', dict(unsuccessful), false],
        ['failed.bad', 'exit 1', dict(unsuccessful), true],
        ['failed.killed', 'kill -9 $$', dict(unsuccessful), true],
        ['crashed.bad', 'exit 1', dict(crashed), false],
        ['crashed.killed', 'kill -9 $$', dict(crashed), false],
        ['crashed.abort', 'kill -ABRT $$', dict(crashed), true],
        ['both.bad', 'exit 1', dict(crashed + unsuccessful), true],
      ];
      for (const [label, script, keep] of cases) expect((await load(mac, job(mac, label, script, again(keep)))).code).toBe(0);
      for (const [label, , , isKept] of cases) {
        if (isKept)
          await until(`${label} runs again`, async () => Number(/^\truns = (\d+)$/m.exec(await print(mac, label))?.[1]) > 2);
        else await until(`${label} has ended`, async () => /^\tstate = not running$/m.test(await print(mac, label)));
      }
      for (const [label, , , isKept] of cases) if (!isKept) expect(await print(mac, label), label).toMatch(/\truns = 1\n/);
      expect(await print(mac, 'failed.killed')).toContain('last terminating signal = Killed: 9');
    },
    LONG_MS,
  );

  whether(
    unless(whyNot, 'holds back one that ran too shortly, and says so'),
    async () => {
      const mac = await newMac({ scale: 1, machine: {} });
      await load(mac, job(mac, 'short', 'exit 1', { KeepAlive: '<true/>', ThrottleInterval: '<integer>3600</integer>' }));
      await until('it waits', async () => /^\tstate = spawn scheduled$/m.test(await print(mac, 'short')));
      expect(await print(mac, 'short')).toMatch(/\tminimum runtime = 3600\n[\s\S]*\tlast exit code = 1\n/);
    },
    LONG_MS,
  );

  whether(
    unless(whyNot, 'lets a job drain after bootout, refuses it meanwhile, and kills what does not end'),
    async () => {
      const mac = await newMac({ ...FAST, machine: {} });
      const script = "trap '' TERM; echo up; sleep 60 & echo $!; wait; wait";
      const stubborn = job(mac, 'stubborn', script, { ExitTimeOut: '<integer>0</integer>' });
      await load(mac, stubborn);
      await until('it is up', () => /\d/.test(out(mac, 'stubborn')));
      const child = Number(/\d+/.exec(out(mac, 'stubborn'))?.[0]);
      expect(await mac.launchctl('bootout', `${GUI}/stubborn`)).toMatchObject({ code: 0 });
      expect(await print(mac, 'stubborn')).toContain('state = SIGTERMed');
      expect(await mac.launchctl('bootout', `${GUI}/stubborn`)).toMatchObject({ code: 36 });
      expect((await load(mac, stubborn)).stderr).toContain('Bootstrap failed: 5: ');
      await mac.set({ drainCode: 37 });
      expect((await load(mac, stubborn)).code).toBe(37);
      // 0 waits for ever.
      await mac.launchctl('kill', 'SIGKILL', `${GUI}/stubborn`);
      await until('it is gone', async () => (await mac.launchctl('print', `${GUI}/stubborn`)).code === 113);
      // Its process group went with it.
      await until('its child is gone', () => !alive(child));

      const bounded = job(mac, 'bounded', script, { ExitTimeOut: '<integer>5</integer>' });
      await load(mac, bounded);
      await until('it is up', () => /\d/.test(out(mac, 'bounded')));
      await mac.launchctl('bootout', `${GUI}/bounded`);
      await until('it was killed', async () => (await mac.launchctl('print', `${GUI}/bounded`)).code === 113);
      expect((await load(mac, stubborn)).code).toBe(0);
    },
    LONG_MS,
  );

  whether(
    unless(whyNot, 'leaves the process group alone where the job says so'),
    async () => {
      const mac = await newMac({ ...FAST, machine: {} });
      await load(mac, job(mac, 'left', 'sleep 30 & echo $!; wait', { AbandonProcessGroup: '<true/>' }));
      await until('it is up', () => /\d/.test(out(mac, 'left')));
      const child = Number(out(mac, 'left'));
      await mac.launchctl('bootout', `${GUI}/left`);
      await until('it is gone', async () => (await mac.launchctl('print', `${GUI}/left`)).code === 113);
      expect(alive(child)).toBe(true);
      process.kill(child, 'SIGKILL');
    },
    LONG_MS,
  );

  whether(
    unless(whyNot, 'opens logs before the program, and says 78 when it cannot'),
    async () => {
      const mac = await newMac({ ...FAST, machine: {} });
      await load(mac, job(mac, 'closed', 'echo never', { StandardOutPath: `<string>${mac.at('nothing', 'x.log')}</string>` }));
      expect(await print(mac, 'closed')).toContain('last exit code = 78: EX_CONFIG');
      expect((await mac.launchctl('list', 'closed')).stdout).toBe(
        '{\n\t"LimitLoadToSessionType" = "Aqua";\n\t"Label" = "closed";\n\t"OnDemand" = false;\n\t"LastExitStatus" = 19968;\n\t"Program" = "/bin/sh";\n};\n',
      );
    },
    LONG_MS,
  );

  whether(
    unless(whyNot, 'knows domains, sessions, and what was disabled once'),
    async () => {
      const mac = await newMac({ ...FAST, machine: {} });
      const file = job(mac, 'one', 'sleep 60');
      const forSsh = job(mac, 'two', 'sleep 60', { LimitLoadToSessionType: '<string>Background</string>' });
      expect((await load(mac, file, 'user/501')).code).toBe(134);
      expect((await load(mac, forSsh)).code).toBe(134);
      expect((await load(mac, forSsh, 'user/501')).code).toBe(0);
      expect((await load(mac, file, 'gui/502')).code).toBe(125);
      await mac.launchctl('disable', `${GUI}/one`);
      expect((await mac.launchctl('print-disabled', GUI)).stdout).toContain('"one" => disabled');
      expect((await load(mac, file)).code).toBe(119);
      await mac.launchctl('enable', `${GUI}/one`);
      expect((await load(mac, file)).code).toBe(0);
      expect((await load(mac, file)).code).toBe(5);
      await mac.set({ gui: false, oldDisabled: true });
      expect((await mac.launchctl('print', GUI)).code).toBe(112);
      expect((await load(mac, file)).code).toBe(125);
      expect((await mac.launchctl('print', `${GUI}/one`)).code).toBe(112);
      expect((await mac.launchctl('print', 'user/501/two')).code).toBe(0);
      expect((await mac.launchctl('kickstart', 'user/501/none')).stderr).toBe(
        'Could not find service "none" in domain for user: 501\n',
      );
      expect((await mac.launchctl('bootout', '--wait', 'user/501/two')).code).toBe(64);
    },
    LONG_MS,
  );

  whether(
    unless(whyNot, 'refuses what its own parser does not read, and a file that others may write'),
    async () => {
      const mac = await newMac({ ...FAST, machine: {} });
      for (const [label, more] of Object.entries({
        ...{
          misspelt: { RunAtLod: '<true/>' },
          text: { KeepAlive: '<string>true</string>' },
          home: { WorkingDirectory: '<string>~</string>' },
        },
      }))
        expect((await load(mac, job(mac, label, 'exit 0', more))).code, label).toBe(5);
      const open = job(mac, 'open', 'exit 0');
      chmodSync(open, 0o666);
      expect((await load(mac, open)).code).toBe(122);
    },
    LONG_MS,
  );
});
