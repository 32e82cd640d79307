import { type DoctorDocument, EXIT, SCHEMA_VERSION } from '@polygate/core';
import { RULES } from '@polygate/core/doctor';
import type { Handler, Options } from '../command.ts';
import type { Context } from '../context.ts';
import { describeInstance } from '../jobs/describe.ts';
import { alone, examine, repairAll } from '../jobs/doctor/repair.ts';
import { doctorText } from '../jobs/doctor/text.ts';
import { type ServiceScope, serviceScope } from '../jobs/service-scope.ts';

export const run: Handler = async (asked, given) => {
  const fixing = given.fix === true || given.repair === true;
  const { context, manager } = await scopeOf(asked, given, fixing);
  const options = { deep: given.deep === true, manager };
  const first = await examine(context, options);
  const { diagnosis, repairs } = fixing
    ? await alone(first.subject, () => repairAll(context, first, options))
    : { diagnosis: first, repairs: undefined };
  const { findings, subject } = diagnosis;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const json: DoctorDocument = {
    ok: true,
    schemaVersion: SCHEMA_VERSION,
    instance: await describeInstance(subject.context, subject.opened.instance),
    deep: given.deep === true,
    rules: RULES.length,
    errors,
    findings,
    ...(repairs ? { repairs } : {}),
  };
  return { json, text: doctorText(json, fixing), exitCode: errors === 0 ? EXIT.ok : EXIT.failed };
};

/** The service of the system, where that is asked for: then as the account whose gateway it is. */
async function scopeOf(asked: Context, { system, userName }: Options, fixing: boolean): Promise<Scope> {
  if (!system && userName === undefined) return { context: asked };
  return serviceScope(asked, { system: true, userName: userName as string | undefined }, fixing ? 'doctor --fix' : undefined);
}

type Scope = Pick<ServiceScope, 'context'> & Partial<ServiceScope>;
