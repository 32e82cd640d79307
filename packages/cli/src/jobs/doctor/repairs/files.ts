import type { Step } from '@polygate/core';
import { applySteps } from '@polygate/host/managers';
import { pathsOf, type Repair } from './repair.ts';

const OTHERS_MAY = 0o077;
const OTHERS_WRITE = 0o022;

/** Removes what processes left that are gone. */
export const tidy: Repair = async ({ subject, findings, show }) => {
  const steps = pathsOf(findings).map((path): Step => ({ do: 'remove', path }));
  const diff = steps.map((step) => `- ${'path' in step ? step.path : ''}`);
  show(diff);
  await applySteps(subject.context.host, steps, {});
  return { ok: true, message: `removed ${steps.length} file${steps.length === 1 ? '' : 's'}`, diff };
};

/** Takes rights of other accounts away, and gives none. */
export const mode: Repair = async ({ subject, findings, show }) => {
  const { host } = subject.context;
  const writable = new Set(pathsOf(findings.filter(({ code }) => code === 'gateway-definition-writable')));
  const steps: Step[] = [];
  const diff: string[] = [];
  for (const path of pathsOf(findings)) {
    const found = await host.files.stat(path);
    if (!found) continue;
    const wanted = found.mode & ~(writable.has(path) ? OTHERS_WRITE : OTHERS_MAY);
    steps.push({ do: 'mode', path, mode: wanted });
    diff.push(`# ${path}`, `- mode ${octal(found.mode)}`, `+ mode ${octal(wanted)}`);
  }
  show(diff);
  await applySteps(host, steps, {});
  return { ok: true, message: `closed ${steps.length} path${steps.length === 1 ? '' : 's'} to other accounts`, diff };
};

const octal = (bits: number) => bits.toString(8).padStart(4, '0');
