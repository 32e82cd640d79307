import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBuiltin, renderBuiltin } from './builtin.ts';
import {
  type BuiltinFacts,
  planBuiltinInstall,
  planBuiltinRestart,
  planBuiltinStart,
  planBuiltinStop,
  planBuiltinUninstall,
} from './builtin-plan.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Step } from './steps.ts';

const definition: ServiceDefinition = {
  description: 'ZERO Gateway (v0.1.0)',
  argv: ['/usr/bin/node', '/opt/p.mjs', '--port', '18789'],
  workingDirectory: '/home/ana/.zero',
  environment: { ZERO_PROFILE: 'default' },
  environmentFile: '/home/ana/.zero/service.env',
  account: undefined,
  notifies: true,
};
const content = renderBuiltin(definition);

describe('a definition for the own supervisor', () => {
  it('is JSON that people can read, and comes back', () => {
    expect(JSON.parse(content)).toMatchObject({ version: 1, argv: definition.argv, environmentFile: definition.environmentFile });
    expect(parseBuiltin(content)).toEqual(definition);
  });

  it('comes back whatever is in it', () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    const any: fc.Arbitrary<ServiceDefinition> = fc.record({
      description: text,
      argv: fc.array(text, { minLength: 1, maxLength: 5 }),
      workingDirectory: text,
      environment: fc.dictionary(text, text, { maxKeys: 5 }),
      environmentFile: fc.option(text, { nil: undefined }),
      account: fc.constant(undefined),
      notifies: fc.boolean(),
    });
    fc.assert(
      fc.property(any, (one) => {
        expect(parseBuiltin(renderBuiltin(one))).toEqual(one);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['half of one', content.slice(0, -20)],
    ['a list', '[]'],
    ['null', 'null'],
    ['a version of the future', content.replace('"version": 1', '"version": 2')],
    ['no program', content.replace(/"argv": \[[^\]]*\]/, '"argv": []')],
    ['a number among the words', content.replace('"--port"', '7')],
    ['a variable that is no text', content.replace('"default"', 'null')],
  ])('is none: %s', (_, text) => {
    expect(parseBuiltin(text)).toBeUndefined();
  });
});

const target = { path: '/c/services/zero-gateway.json', id: 'zero/default', polygate: ['node', 'p.mjs'] };
const facts = (more: Partial<BuiltinFacts> = {}): BuiltinFacts => ({
  ...{ text: content, installed: definition, active: false, supervised: false },
  ...more,
});
const none = facts({ text: undefined, installed: undefined });
const secrets: Step = { do: 'write', path: '/s/service.env', mode: 0o600, content: 'A="1"\n' };
const boot: Step = { do: 'run', argv: ['crontab', '/s/crontab'] };
const older: ServiceDefinition = { ...definition, argv: [...definition.argv.slice(0, 3), '19001'] };

/** A step in one line, with what takes it back. */
function line(step: Step): string {
  if (step.do !== 'run') return `${step.do} ${'path' in step ? step.path : step.what}`;
  const part = (name: string, argv: string[] | undefined) => (argv ? ` [${name} ${argv.slice(2).join(' ')}]` : '');
  return `${step.argv.join(' ').replace(/^node p\.mjs /, '')}${part('undo', step.undo)}${part('settle', step.settle)}`;
}

const UP = 'up --detach --wait zero/default';
const install = (now: BuiltinFacts, { force = false, steps = [boot] as Step[], filesDiffer = false } = {}) => {
  const wanted = { definition, content, files: [secrets], filesDiffer };
  const plan = planBuiltinInstall(target, now, wanted, { force, boot: steps });
  return { ...plan, steps: plan.steps.map(line) };
};

describe('planning for the own supervisor', () => {
  it('an install writes, sees to the start with the machine, and starts', () => {
    expect(install(none)).toEqual({
      result: 'apply',
      drift: [],
      steps: ['write /s/service.env', `write ${target.path}`, 'crontab /s/crontab', `${UP} [undo down zero/default]`],
    });
  });

  it('of what is there already does nothing but what is missing at boot', () => {
    expect(install(facts())).toMatchObject({ result: 'apply', steps: ['crontab /s/crontab'] });
    expect(install(facts(), { steps: [] })).toMatchObject({ result: 'up-to-date', steps: [] });
    expect(install(facts({ installed: { ...definition, description: 'mine' } }), { steps: [] }).result).toBe('up-to-date');
  });

  it('leaves what differs alone, and replaces it with force, to be put back as it ran', () => {
    const now = facts({ text: renderBuiltin(older), installed: older, active: true, supervised: true });
    expect(install(now)).toMatchObject({ result: 'drifted', drift: [{ field: 'command' }], steps: [] });
    expect(install(now, { force: true }).steps).toEqual([
      ...['write /s/service.env', `write ${target.path}`, 'crontab /s/crontab'],
      ...[`down zero/default [settle ${UP}]`, `${UP} [undo down zero/default]`],
    ]);
    expect(install({ ...now, active: false }, { force: true }).steps.filter((step) => step.startsWith('down'))).toEqual([]);
  });

  it('takes what cannot be read, and other secrets, for a difference', () => {
    expect(install(facts({ text: '{', installed: undefined })).drift).toMatchObject([{ field: 'definition' }]);
    expect(install(facts(), { filesDiffer: true }).drift).toEqual([{ field: 'secrets', installed: '***', wanted: '***' }]);
  });

  it.each([
    ['nothing runs', {}, [UP.concat(' [undo down zero/default]')], [], [UP.concat(' [undo down zero/default]')]],
    ['it runs', { active: true, supervised: true }, [], ['down zero/default'], ['restart zero/default']],
    ['it runs, and its supervisor is gone', { active: true }, [UP], ['down zero/default'], [UP]],
  ] as const)('of start, stop and restart when %s', (_, more, start, stop, restart) => {
    expect(planBuiltinStart(target, facts(more)).map(line)).toEqual(start);
    expect(planBuiltinStop(target, facts(more)).map(line)).toEqual(stop);
    expect(planBuiltinRestart(target, facts(more)).map(line)).toEqual(restart);
  });

  it("of an uninstall stops it, removes all of it, and what is the last one's", () => {
    const left = { files: ['/s/service.env'], after: [boot] };
    expect(planBuiltinUninstall(target, facts({ active: true }), left).map(line)).toEqual([
      ...[`down zero/default [settle ${UP}]`, `remove ${target.path}`, 'remove /s/service.env', 'crontab /s/crontab'],
    ]);
    expect(planBuiltinUninstall(target, none, { files: [], after: [] })).toEqual([]);
    // What `up` runs without any service is not an uninstall's to end.
    expect(planBuiltinUninstall(target, { ...none, active: true }, { files: ['/s/service.env'], after: [] }).map(line)).toEqual([
      'remove /s/service.env',
    ]);
  });
});
