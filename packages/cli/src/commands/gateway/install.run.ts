import { type InstallPlanDocument, planDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { installService, planInstallation } from '../../jobs/install.ts';
import { parseProgram } from '../../jobs/program.ts';

export const run: Handler = async (context, options) => {
  const { port, manager, program } = options as Record<string, string | undefined>;
  if (!options.dryRun) {
    return installService(context, { port, manager, program: parseProgram(program), force: options.force === true });
  }
  const { plan } = await planInstallation(context, {
    port,
    manager,
    program: parseProgram(program),
    force: options.force === true,
  });
  const document = planDocument(plan.steps);
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
