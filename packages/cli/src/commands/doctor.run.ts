import { type DoctorDocument, EXIT, SCHEMA_VERSION } from '@polygate/core';
import { RULES } from '@polygate/core/doctor';
import type { Handler } from '../command.ts';
import { describeInstance } from '../jobs/describe.ts';
import { alone, examine, repairAll } from '../jobs/doctor/repair.ts';
import { doctorText } from '../jobs/doctor/text.ts';

export const run: Handler = async (context, given) => {
  const options = { deep: given.deep === true };
  const fixing = given.fix === true || given.repair === true;
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
    deep: options.deep,
    rules: RULES.length,
    errors,
    findings,
    ...(repairs ? { repairs } : {}),
  };
  return { json, text: doctorText(json, fixing), exitCode: errors === 0 ? EXIT.ok : EXIT.failed };
};
