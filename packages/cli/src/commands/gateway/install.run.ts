import { type InstallPlanDocument, Problem, redact, SCHEMA_VERSION } from '@polygate/core';
import { planDocument } from '@polygate/core/service';
import type { Platform } from '@polygate/host/elsewhere';
import type { Handler } from '../../command.ts';
import { checkService, type InstallOptions, installService, planInstallation } from '../../jobs/install.ts';
import { parseProgram } from '../../jobs/program.ts';
import { serviceScope } from '../../jobs/service-scope.ts';

export const run: Handler = async (context, given) => {
  const { port, manager, program, userName, platform } = given as Record<string, string | undefined>;
  const options: InstallOptions = {
    ...{ port, manager, userName, system: given.system === true },
    ...{
      program: await parseProgram(context, program),
      force: given.force === true,
      guard: given.guard as boolean | undefined,
    },
  };
  if (platform !== undefined && !given.dryRun)
    throw new Problem('OPTION_INVALID', { option: '--platform', value: platform, expected: 'to stand beside --dry-run' });
  if (given.check) return checkService(context, options);
  if (!given.dryRun) return installService(context, options);

  const there = platform === undefined ? context : await context.elsewhere(platform as Platform);
  const scope = await serviceScope(there, options);
  const { plan } = await planInstallation(scope.context, scope.manager, options);
  for (const note of plan.notes ?? []) context.warn(note);
  const document = planDocument(plan.steps, (text) => redact(text, scope.context.secrets));
  const files = document.files.map(({ path, mode, content }) => `# ${path} (${mode})\n${content ?? '(removed)\n'}`);
  const commands = document.commands.map((argv) => `$ ${argv.join(' ')}`);
  return {
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      result: plan.result,
      drift: plan.drift,
      plan: document,
    } satisfies InstallPlanDocument,
    text: [...files, ...commands].join('\n') || 'Nothing to do.',
  };
};
