import type { DoctorFacts } from '@polygate/core/doctor';
import type { ServiceManager } from '@polygate/host';
import type { Context } from '../../context.ts';
import { isolationFacts, otherServices, portFacts, runningFacts, siblingFacts } from './around.ts';
import { configFacts, ledgerFacts, stateFacts } from './files.ts';
import { serviceFacts } from './service.ts';
import { shellFacts } from './shell.ts';
import { findSubject, type Subject, told } from './subject.ts';

export interface ExamineOptions {
  deep: boolean;
  /** The manager whose service is meant; undefined: the one that has it. */
  manager?: ServiceManager | undefined;
}

/** Looks at everything that the rules need. What fails is left out, with its reason; the rest is there all the same. */
export async function gatherFacts(asked: Context, options: ExamineOptions): Promise<{ subject: Subject; facts: DoctorFacts }> {
  const subject = await findSubject(asked, options.manager);
  const missing: DoctorFacts['missing'] = {};
  const look = async <T>(kinds: (keyof DoctorFacts)[], body: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await body();
    } catch (error) {
      for (const kind of kinds) missing[kind] = told(asked, error).message;
      return undefined;
    }
  };
  const { service } = subject;
  const [config, state, looked, ports, running, isolation, ledger, shell, packs, siblings, others] = await Promise.all([
    look(['config'], () => configFacts(subject)),
    look(['state'], () => stateFacts(subject)),
    service && look(['service', 'definition'], () => serviceFacts(subject, service)),
    look(['ports'], () => portFacts(subject)),
    look(['running'], () => runningFacts(subject)),
    look(['isolation'], () => isolationFacts(subject)),
    look(['ledger'], () => ledgerFacts(subject)),
    look(['shell'], () => shellFacts(subject)),
    look(['packs'], async () => (await subject.context.world()).brokenPacks.map((problem) => told(asked, problem))),
    options.deep ? look(['siblings'], () => siblingFacts(subject)) : undefined,
    options.deep ? look(['otherServices'], () => otherServices(subject)) : undefined,
  ]);
  const facts: DoctorFacts = {
    ...{ instance: instanceFacts(subject), missing },
    ...{
      config,
      state,
      service: looked?.service,
      definition: looked?.definition,
      ports,
      running,
      isolation,
      ledger,
      shell,
      packs,
    },
    ...{ siblings, otherServices: others },
  };
  return { subject, facts };
}

function instanceFacts({ asked, opened: { instance, config, settings } }: Subject): DoctorFacts['instance'] {
  const program = settings?.program;
  return {
    id: instance.id,
    displayName: instance.pack.displayName,
    stateDir: instance.stateDir.value,
    configPath: config.path,
    port: instance.port.value,
    command: asked.commandLine,
    version: asked.version,
    // Nothing is there yet that others could have made.
    program:
      program === undefined ? (config.exists ? undefined : 'reference') : program === 'reference' ? 'reference' : 'external',
  };
}
