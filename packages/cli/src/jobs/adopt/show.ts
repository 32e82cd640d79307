import type { PlanDocument } from '@polygate/core';
import type { Planned } from './plan.ts';

/** The plan without the secrets in it: of the file that holds them only the names, of the record only what it is. */
export function maskedPlan({ files, commands }: PlanDocument, { opened, secrets }: Planned): PlanDocument {
  return {
    commands,
    files: files.map((file) => {
      if (file.mode !== '0600' || file.path === opened.settingsFile) return file;
      const isRecord = file.path.endsWith('.json');
      const names = Object.keys(secrets).map((name) => `${name}=***\n`);
      return { ...file, content: isRecord ? '(what is there now, to give it back)\n' : names.join('') };
    }),
  };
}

export function planText({ files, commands }: PlanDocument, { inspection, audit, lost, plan }: Planned): string {
  if (plan.result === 'up-to-date') return 'Nothing to adopt.';
  return [
    `Adopts ${inspection.path}`,
    ...audit.map(({ message }) => `  ${message}`),
    ...lost.map((setting) => `  not taken over: ${setting}`),
    ...files.map(({ path, mode, content }) => `# ${path} (${mode})\n${content ?? '(removed)\n'}`),
    ...commands.map((argv) => `$ ${argv.join(' ')}`),
  ].join('\n');
}
