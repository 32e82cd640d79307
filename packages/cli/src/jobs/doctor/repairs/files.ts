import type { Step } from '@polygate/core';
import { lockFiles, staleLocks } from '@polygate/host';
import { applySteps } from '@polygate/host/steps';
import { pathsOf, type Repair } from './repair.ts';

const OTHERS_MAY = 0o077;
const OTHERS_WRITE = 0o022;

/** Removes what processes left that are gone. */
export const tidy: Repair = async ({ subject, findings, show }) => {
  const { host } = subject.context;
  const { instance, config } = subject.opened;
  const stateDir = instance.stateDir.value;
  const paths = pathsOf(findings);
  const diff = paths.map((path) => `- ${path}`);
  show(diff);
  const remove = (them: readonly string[]) =>
    applySteps(
      host,
      them.map((path): Step => ({ do: 'remove', path })),
      {},
    );
  for (const path of paths) {
    if (!lockFiles(host.paths, stateDir, config.path).includes(path)) await remove([path]);
    // A gateway may have started since: it writes its lock while it holds this one.
    else
      await host.locks.hold(`${path}.guard`, 'the lock of the gateway', async () => {
        if ((await staleLocks(host, stateDir, config.path)).includes(path)) await remove([path]);
      });
  }
  return { ok: true, message: `removed ${paths.length} file${paths.length === 1 ? '' : 's'}`, diff };
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
