import type { ServiceChangeDocument, Step } from '@polygate/core';
import { isSystemManager, Problem } from '@polygate/core';
import { environmentUse } from '@polygate/core/doctor';
import { planDocument } from '@polygate/core/service';
import type { Intent } from '@polygate/host';
import { alone } from '../../carry-out.ts';
import { installService, planInstallation } from '../../install.ts';
import { serviceScope } from '../../service-scope.ts';
import type { Subject, SubjectService } from '../subject.ts';
import { backUp, diffOf, type Repair, type RepairInput, type RepairResult } from './repair.ts';

/** Replaces the definition. An install that does not end with a gateway that answers puts everything back. */
export const install: Repair = (input) => reinstall(input, { force: true });

/** Has the manager know what is on disk, and start the service by itself. Nothing that runs is touched. */
export const settle: Repair = (input) => reinstall(input, { force: false });

async function reinstall({ subject, show }: RepairInput, { force }: { force: boolean }): Promise<RepairResult> {
  const service = serviceOf(subject);
  // Refused before anything is kept or shown, with the line that does it.
  await serviceScope(subject.asked, scopeOf(service, subject), 'doctor --fix');
  const { plan } = await planInstallation(subject.context, service.manager, { force, leaveRun: !force });
  const { diff, files } = await preview(subject, plan.steps);
  if (plan.result === 'drifted') return { ok: false, message: 'the definition differs, and has to be replaced first' };
  show(diff);
  const backups = (await Promise.all(files.map((file) => backUp(subject, file)))).flat();
  const { json } = await installService(subject.context, { ...scopeOf(service, subject), force, leaveRun: !force });
  return { ok: true, message: (json as ServiceChangeDocument).message, diff, ...(backups.length > 0 ? { backups } : {}) };
}

/** Lets the services of the account run without a login. */
export const linger: Repair = async ({ subject, show }) => {
  const { manager, name } = serviceOf(subject);
  const steps = await manager.prepare();
  const { diff } = await preview(subject, steps);
  show(diff);
  const { warnings } = await alone(subject.context, manager, name, () => manager.apply(steps));
  const isDone = (await manager.prepare()).length === 0;
  return { ok: isDone, message: isDone ? 'services of this account run without a login' : warnings.join('; '), diff };
};

/** Takes the service of the older name away and installs the present one; when that fails, the older one is put back. */
export const migrate: Repair = async (input) => {
  const { subject, show } = input;
  const { context, opened } = subject;
  const service = serviceOf(subject);
  const { manager, legacy } = service;
  const missing = await manager.detect();
  if (missing) throw missing;
  const diffs: string[] = [];
  const backups: string[] = [];
  const putBacks: (() => Promise<void>)[] = [];
  for (const { name, inspection } of legacy) {
    const { custom } = environmentUse(opened.instance.pack, inspection.definition?.environment ?? {}, opened.config.parsed);
    const kept = [...custom, ...inspection.overrides.map(({ path }) => path)];
    if (kept.length > 0) return { ok: false, message: `only ${name} has ${kept.join(', ')}: it is not replaced` };
  }
  try {
    for (const { name, inspection } of legacy) {
      // That it is this instance's was made sure of when it was found.
      const intent: Intent = { kind: 'uninstall', stateDir: opened.instance.stateDir.value, force: true };
      const { steps } = await manager.plan(name, intent);
      const { diff } = await preview(
        subject,
        steps.filter((step) => !isEnvironmentFile(step, inspection.definition?.environmentFile)),
      );
      show(diff);
      diffs.push(...diff);
      backups.push(...(await backUp(subject, inspection.path)));
      const { putBack } = await alone(context, manager, name, () => manager.apply(steps));
      putBacks.push(putBack);
    }
    const installed = await reinstall(input, { force: true });
    const names = legacy.map(({ name }) => name).join(', ');
    return {
      ok: installed.ok,
      message: `${names} is replaced: ${installed.message}`,
      diff: [...diffs, ...(installed.diff ?? [])],
      backups: [...backups, ...(installed.backups ?? [])],
    };
  } catch (error) {
    for (const putBack of putBacks.reverse()) await putBack();
    throw error;
  }
};

const isEnvironmentFile = (step: Step, file: string | undefined) => step.do === 'remove' && step.path === file;

/** What the steps do, in lines: how files change, and the commands. `files`: those that are there and will not be as they were. */
async function preview(subject: Subject, steps: readonly Step[]): Promise<{ diff: string[]; files: string[] }> {
  const { files, commands } = planDocument(steps);
  const changes = await Promise.all(
    files.map(async ({ path, content }) => ({ path, lines: await diffOf(subject, path, content ?? '') })),
  );
  const modes = steps.flatMap((step) => (step.do === 'mode' ? [`# ${step.path}: mode ${step.mode.toString(8)}`] : []));
  return {
    diff: [...changes.flatMap(({ lines }) => lines), ...modes, ...commands.map((argv) => `$ ${argv.join(' ')}`)],
    files: changes.filter(({ lines }) => lines.length > 0).map(({ path }) => path),
  };
}

/** @throws Problem MANAGER_MISSING */
function serviceOf({ service, context }: Subject): SubjectService {
  if (!service) throw new Problem('MANAGER_MISSING', { platform: context.host.platform });
  return service;
}

/** As the account that it belongs to: under sudo another one would be taken for meant. */
const scopeOf = ({ manager }: SubjectService, { context }: Subject) =>
  isSystemManager(manager.id) ? { system: true, userName: context.host.users.name } : {};
