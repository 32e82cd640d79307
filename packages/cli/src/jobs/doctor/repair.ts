import { type DoctorRepair, isProblem } from '@polygate/core';
import { type DoctorFacts, type DoctorFinding, diagnose, type RepairKind } from '@polygate/core/doctor';
import type { Context } from '../../context.ts';
import { type ExamineOptions, gatherFacts } from './gather.ts';
import { REPAIRS_IN_ORDER } from './repairs/index.ts';
import { type Subject, told } from './subject.ts';

/** What was found. */
export interface Diagnosis {
  subject: Subject;
  facts: DoctorFacts;
  findings: DoctorFinding[];
}

export async function examine(context: Context, options: ExamineOptions): Promise<Diagnosis> {
  const { subject, facts } = await gatherFacts(context, options);
  return { subject, facts, findings: diagnose(facts) };
}

/**
 * Repairs what can be repaired safely, one kind after the other, and looks again after each: a repair may have mended more, or
 * shown more. One that fails has put everything back, and the next ones are tried all the same.
 */
export async function repairAll(
  asked: Context,
  first: Diagnosis,
  options: ExamineOptions,
): Promise<{ diagnosis: Diagnosis; repairs: DoctorRepair[] }> {
  let diagnosis = first;
  const repairs: DoctorRepair[] = [];
  for (const [kind, repair] of REPAIRS_IN_ORDER) {
    const findings = diagnosis.findings.filter((finding) => finding.repair === kind);
    if (findings.length === 0) continue;
    const codes = [...new Set(findings.map(({ code }) => code))];
    const show = (lines: readonly string[]) =>
      asked.progress([`${kind} (${codes.join(', ')}):`, ...lines.map((l) => `  ${l}`)].join('\n'));
    const own = ownToRepair(asked, kind);
    if (own !== undefined) {
      repairs.push({ repair: kind, codes, ok: false, message: own });
      continue;
    }
    try {
      repairs.push({ repair: kind, codes, ...(await repair({ ...diagnosis, findings, show })) });
    } catch (error) {
      if (!isProblem(error)) throw error;
      const { message, hint } = told(asked, error);
      repairs.push({ repair: kind, codes, ok: false, message: hint ? `${message}. ${hint}` : message });
    }
    diagnosis = await examine(asked, options);
  }
  return { diagnosis, repairs };
}

/** Root repairs the services of another account, and leaves what is in its home to the account. */
function ownToRepair({ host, commandLine }: Context, kind: RepairKind): string | undefined {
  if (!host.users.isOther || ['install', 'settle', 'migrate'].includes(kind)) return undefined;
  return `it is ${host.users.name}'s own to repair: sudo -iu ${host.users.name} ${commandLine} doctor --fix`;
}

/** One repair of an instance at a time. @throws Problem LOCK_HELD */
export async function alone<T>({ context, opened, service }: Subject, body: () => Promise<T>): Promise<T> {
  const { host } = context;
  const { folders } = await context.world();
  const folder = (host.users.isOther && service?.manager.folder?.run) || folders.state;
  const path = host.paths.join(folder, 'doctor', opened.instance.id.replace('/', '-').toLowerCase());
  await host.files.makeDir(host.paths.dirname(path), 0o700);
  return host.locks.hold(path, `the repair of ${opened.instance.id}`, body);
}
