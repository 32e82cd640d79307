import { isProblem, type ManagerId } from '@polygate/core';
import type { DefinitionFacts, ServiceFacts } from '@polygate/core/doctor';
import type { Drift } from '@polygate/core/service';
import { readable } from '@polygate/core/status';
import { planInstallation } from '../install.ts';
import { definitionFacts } from './definition.ts';
import { type Subject, type SubjectService, told } from './subject.ts';

/** The service as its manager and the disk have it, and what an install would make of it. */
export async function serviceFacts(
  subject: Subject,
  service: SubjectService,
): Promise<{ service: ServiceFacts; definition: DefinitionFacts | undefined }> {
  const { manager, name, inspection, legacy } = service;
  const { unreadable } = inspection;
  const [missing, view, steps, planned] = await Promise.all([
    manager.detect(),
    manager.status(name),
    manager.prepare(),
    plan(subject, service),
  ]);
  const isOthers = planned.refused?.code === 'SERVICE_NAME_TAKEN';
  return {
    service: {
      ...{
        name,
        view,
        path: inspection.path,
        manager: manager.id,
        installed: (inspection.text !== undefined || unreadable !== undefined) && !isOthers,
      },
      unreadable: unreadable && {
        message: unreadable.message,
        fix: readable({ path: inspection.path, denied: isProblem(unreadable, 'FILE_DENIED') }),
      },
      unreachable: missing && told(subject.asked, missing),
      refused: planned.refused,
      prepares: steps.flatMap((step) => (step.do === 'run' ? [step.argv.join(' ')] : [])),
      legacy: legacy.map((old) => ({ name: old.name, path: old.inspection.path })),
      tool: manager.id === 'systemd-system' ? 'sudo systemctl' : 'systemctl --user',
      enable: enableLine(subject, manager.id, name),
    },
    definition: isOthers ? undefined : await definitionFacts(subject, service, planned.drift),
  };
}

/** What makes a service start by itself, where that is not systemctl. */
function enableLine(subject: Subject, id: ManagerId, name: string): string | undefined {
  if (id.startsWith('launchd')) return `launchctl enable ${launchdDomain(subject, id)}/${name}`;
  return id.startsWith('systemd') || id === 'builtin' ? undefined : `${subject.context.commandLine} gateway install`;
}

/** As launchd names the place of an account's jobs, and of its own. */
const launchdDomain = ({ context }: Subject, id: string) =>
  id === 'launchd-daemon' ? 'system' : `gui/${context.host.users.uid}`;

/** What `gateway install --check` would say. */
async function plan(
  { asked, context }: Subject,
  { manager, isSealed }: SubjectService,
): Promise<{ drift: readonly Drift[]; refused: ServiceFacts['refused'] }> {
  try {
    const { plan: found } = await planInstallation(context, manager, { force: false });
    // What may not be read cannot be compared.
    const drift = found.drift.filter(({ field }) => !isSealed || !['environment file', 'secrets'].includes(field));
    return { drift, refused: undefined };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { drift: [], refused: told(asked, error) };
  }
}
