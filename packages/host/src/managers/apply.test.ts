import { readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isProblem, type Step } from '@polygate/core';
import { FakeClock, RecordingProcesses, type Respond, tempDir } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHost } from '../node/host.ts';
import type { Files } from '../ports.ts';
import { applySteps } from './apply.ts';

let dir: Awaited<ReturnType<typeof tempDir>>;
const at = (...parts: string[]) => path.join(dir.path, ...parts);

beforeEach(async () => {
  dir = await tempDir();
});
afterEach(() => dir.remove());

interface Done {
  commands: string[];
  warnings?: string[];
  error?: Error;
  clock: FakeClock;
  options: unknown[];
}

/** Applies steps with a manager that answers as told; what was run, and how it ended. */
async function apply(steps: Step[], respond: Respond = () => undefined, files: Partial<Files> = {}): Promise<Done> {
  const real = nodeHost();
  const processes = new RecordingProcesses(respond);
  const clock = new FakeClock();
  const machine = { paths: path, processes, clock, files: { ...real.files, ...files } };
  const { commands, options } = processes;
  try {
    const { warnings } = await applySteps(machine, steps, { timeoutMs: 7 });
    return { commands, warnings, clock, options };
  } catch (error) {
    return { commands, error: error as Error, clock, options };
  }
}

/** What a command leaves: a note that it was done. */
const noted = (): Step[] => [
  { do: 'run', argv: ['enable-linger'], undo: ['disable-linger'], leaves: { path: at('s', 'note'), content: 'done\n' } },
];

const failing =
  (...bad: string[]): Respond =>
  (line) =>
    bad.includes(line) ? { code: 1, stderr: `${line} went wrong\nSee the log.\n` } : undefined;

/** An install over a unit that was there and ran, as the planner makes it. */
const replacement = (): Step[] => [
  { do: 'write', path: at('s', 'gateway.env'), mode: 0o600, content: 'A="1"\n' },
  { do: 'write', path: at('u', 'x.service'), mode: 0o644, content: 'new' },
  { do: 'run', argv: ['daemon-reload'], settle: ['daemon-reload', '(settle)'] },
  { do: 'run', argv: ['enable'], undo: ['disable', '(undo)'] },
  { do: 'run', argv: ['restart'], settle: ['restart', '(settle)'] },
  { do: 'remove', path: at('u', 'old.service') },
  { do: 'await', path: at('ready'), timeoutMs: 100, what: 'the unit' },
];

async function before(): Promise<void> {
  await mkdir(at('u'));
  await writeFile(at('u', 'x.service'), 'old', { mode: 0o640 });
  await chmod(at('u', 'x.service'), 0o640);
  await writeFile(at('u', 'old.service'), 'older');
  await writeFile(at('ready'), '');
}

const text = (...parts: string[]) => readFile(at(...parts), 'utf8').catch(() => undefined);

async function expectAsBefore(): Promise<void> {
  expect([await text('s', 'gateway.env'), await text('u', 'x.service'), await text('u', 'old.service')]).toEqual([
    undefined,
    'old',
    'older',
  ]);
  expect((await stat(at('u', 'x.service'))).mode & 0o777).toBe(0o640);
}

describe('what a command leaves', () => {
  it('is there before it runs: one that is cut short may have been carried out', async () => {
    let seen = '';
    const { error } = await apply(noted(), () => {
      seen = readFileSync(at('s', 'note'), 'utf8');
      return undefined;
    });
    expect([error, seen]).toEqual([undefined, 'done\n']);
  });

  it('is gone again when it fails', async () => {
    expect((await apply(noted(), failing('enable-linger'))).error).toMatchObject({ code: 'MANAGER_FAILED' });
    await expect(stat(at('s', 'note'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a step that sets a mode', () => {
  it('sets it, and puts back what it was when a later one fails', async () => {
    await before();
    const modes = async () => Promise.all([at('u'), at('u', 'x.service')].map(async (file) => (await stat(file)).mode & 0o777));
    const was = await modes();
    const steps: Step[] = [
      { do: 'mode', path: at('u'), mode: 0o700 },
      { do: 'mode', path: at('u', 'x.service'), mode: 0o600 },
    ];
    expect((await apply([...steps, { do: 'run', argv: ['bad'] }], failing('bad'))).error).toMatchObject({
      code: 'MANAGER_FAILED',
    });
    expect(await modes()).toEqual(was);
    expect((await apply(steps)).error).toBeUndefined();
    expect(await modes()).toEqual([0o700, 0o600]);
  });
});

describe('applySteps', () => {
  it('does every step in order, with the options of the manager', async () => {
    await before();
    const { commands, warnings, options } = await apply(replacement());
    expect(warnings).toEqual([]);
    expect(commands).toEqual(['daemon-reload', 'enable', 'restart']);
    expect(options).toEqual([{ timeoutMs: 7 }, { timeoutMs: 7 }, { timeoutMs: 7 }]);
    expect([await text('s', 'gateway.env'), await text('u', 'x.service'), await text('u', 'old.service')]).toEqual([
      'A="1"\n',
      'new',
      undefined,
    ]);
    expect((await stat(at('s', 'gateway.env'))).mode & 0o777).toBe(0o600);
    expect((await stat(at('u', 'x.service'))).mode & 0o777).toBe(0o644);
  });

  it('has nothing to do with nothing to do', async () => expect((await apply([])).warnings).toEqual([]));

  describe('when a command fails, takes everything back: undo in reverse while the new files are there, then the old files, then settle', () => {
    it.each([
      ['daemon-reload', ['daemon-reload', 'daemon-reload (settle)']],
      ['enable', ['daemon-reload', 'enable', 'disable (undo)', 'daemon-reload (settle)']],
      ['restart', ['daemon-reload', 'enable', 'restart', 'disable (undo)', 'daemon-reload (settle)', 'restart (settle)']],
    ])('%s', async (bad, expected) => {
      await before();
      const { commands, error } = await apply(replacement(), failing(bad));
      expect(commands).toEqual(expected);
      expect(isProblem(error, 'MANAGER_FAILED')).toBe(true);
      expect(error?.message).toBe(`${bad}: ${bad} went wrong See the log.`);
      await expectAsBefore();
    });
  });

  it('finds the new unit still in place while it undoes, and the old one when it settles', async () => {
    await before();
    const seen: [string, string | undefined][] = [];
    const { readFileSync } = await import('node:fs');
    await apply(replacement(), (line) => {
      if (/\(/.test(line)) seen.push([line, readFileSync(at('u', 'x.service'), 'utf8')]);
      return line === 'restart' ? { code: 1 } : undefined;
    });
    expect(seen).toEqual([
      ['disable (undo)', 'new'],
      ['daemon-reload (settle)', 'old'],
      ['restart (settle)', 'old'],
    ]);
  });

  it('puts everything back whichever file cannot be written, removed or waited for', async () => {
    for (const [i, step] of replacement().entries()) {
      if (step.do === 'run') continue;
      await dir.remove();
      dir = await tempDir();
      await before();
      const steps = replacement();
      const target = (steps[i] as { path: string }).path;
      const real = nodeHost().files;
      let failed = false;
      const breaking =
        <A extends unknown[], R>(action: (file: string, ...rest: A) => Promise<R>, kind: string) =>
        async (file: string, ...rest: A): Promise<R> => {
          if (file === target && step.do === kind && !failed) {
            failed = true;
            throw new Error('out of order');
          }
          return action(file, ...rest);
        };
      const files =
        step.do === 'await'
          ? { stat: async (file: string) => (file === target ? undefined : real.stat(file)) }
          : { write: breaking(real.write, 'write'), remove: breaking(real.remove, 'remove') };
      const { error, commands } = await apply(steps, undefined, files);
      expect(error, `step ${i}`).toBeDefined();
      await expectAsBefore();
      const ran =
        i < 2 ? [] : ['daemon-reload', 'enable', 'restart', 'disable (undo)', 'daemon-reload (settle)', 'restart (settle)'];
      expect(commands, `step ${i}`).toEqual(ran);
    }
  });

  it('tells the first failure when taking back fails as well', async () => {
    await before();
    const { error, commands } = await apply(
      replacement(),
      failing('restart', 'disable (undo)', 'daemon-reload (settle)', 'restart (settle)'),
    );
    expect(error?.message).toContain('restart went wrong');
    expect(commands.slice(3)).toEqual(['disable (undo)', 'daemon-reload (settle)', 'restart (settle)']);
    await expectAsBefore();
  });

  it('puts the other files back when one of them cannot be', async () => {
    await before();
    const real = nodeHost().files;
    const write: Files['write'] = (file, content, mode) =>
      content === 'old' ? Promise.reject(new Error('disk full')) : real.write(file, content, mode);
    const { error } = await apply(replacement(), failing('restart'), { write });
    expect(error?.message).toContain('restart went wrong');
    expect([await text('s', 'gateway.env'), await text('u', 'x.service')]).toEqual([undefined, 'new']);
  });

  it('goes on when a failure means that it is so already', async () => {
    const steps: Step[] = [
      { do: 'run', argv: ['disable'], tolerate: /does not exist/ },
      { do: 'run', argv: ['daemon-reload'] },
    ];
    const said =
      (stderr: string): Respond =>
      (line) =>
        line === 'disable' ? { code: 1, stderr } : undefined;
    const tolerated = await apply(steps, said('Unit file x.service does not exist.\n'));
    expect([tolerated.commands, tolerated.warnings]).toEqual([['disable', 'daemon-reload'], []]);
    expect((await apply(steps, said('Access denied'))).error?.message).toBe('disable: Access denied');
  });

  it('goes on and says what to do when a step is not needed', async () => {
    const steps: Step[] = [
      { do: 'run', argv: ['loginctl', 'enable-linger'], advice: 'To keep it: sudo loginctl enable-linger ana' },
      { do: 'run', argv: ['daemon-reload'] },
    ];
    const { commands, warnings } = await apply(steps, failing('loginctl enable-linger'));
    expect(commands).toEqual(['loginctl enable-linger', 'daemon-reload']);
    expect(warnings).toEqual([
      'loginctl enable-linger: loginctl enable-linger went wrong See the log. To keep it: sudo loginctl enable-linger ana',
    ]);
  });

  it.each([
    [{ code: 1, stderr: '', stdout: 'on stdout' }, 'x: on stdout'],
    [{ code: undefined, failure: 'spawn x ENOENT' }, 'x: spawn x ENOENT'],
    [{ code: 4 }, 'x: exit 4'],
  ])('tells what the manager said, wherever it said it: %j', async (answer, message) => {
    const { error } = await apply([{ do: 'run', argv: ['x'] }], () => answer);
    expect(error?.message).toBe(message);
  });

  describe('await', () => {
    const step: Step = { do: 'await', path: '/run/user/1000/systemd/private', timeoutMs: 100, what: 'the user manager of ana' };

    it('goes on as soon as the path is there', async () => {
      let looks = 0;
      const there = { kind: 'other', mode: 0, uid: 0, size: 0, modifiedMs: 0 } as const;
      const { error, clock } = await apply([step], undefined, { stat: async () => (++looks > 2 ? there : undefined) });
      expect(error).toBeUndefined();
      expect(clock.slept).toEqual([20, 20]);
    });

    it('gives up after its time, and says what was not there', async () => {
      const { error, clock } = await apply([step], undefined, { stat: async () => undefined });
      expect(error?.message).toBe('the user manager of ana: not there after 100 ms (/run/user/1000/systemd/private)');
      expect(clock.slept.reduce((a, b) => a + b, 0)).toBe(100);
    });

    it('keeps looking while it may not look', async () => {
      let looks = 0;
      const { error } = await apply([step], undefined, {
        stat: async () => {
          looks += 1;
          if (looks < 3) throw new Error('EACCES');
          return { kind: 'other', mode: 0, uid: 0, size: 0, modifiedMs: 0 };
        },
      });
      expect(error).toBeUndefined();
    });
  });
});
