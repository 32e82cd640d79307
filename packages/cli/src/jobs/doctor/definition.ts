import { type ManagerId, textAt, variableName } from '@polygate/core';
import { type DefinitionFacts, environmentUse, type ProgramFacts, secretOptions } from '@polygate/core/doctor';
import { type Drift, parseUnit } from '@polygate/core/service';
import type { Host, Inspection } from '@polygate/host';
import { launchOf } from '../launch.ts';
import type { Subject, SubjectService } from './subject.ts';

const SYSTEM_NODES = ['/usr/local/bin/node', '/usr/bin/node'];
const ASK_MS = 5_000;

/** What is installed, and what it names on the disk. undefined when nothing is. */
export async function definitionFacts(
  { context, opened }: Subject,
  { manager, inspection, secrets }: SubjectService,
  drift: readonly Drift[],
): Promise<DefinitionFacts | undefined> {
  const { host } = context;
  const { path, text, definition: content, overrides } = inspection;
  if (text === undefined) return undefined;
  const { instance, config } = opened;
  const { pack } = instance;
  const argv = content?.argv ?? [];
  const isReference = opened.settings?.program === 'reference';
  const { node, entry } = launchOf(context);
  const [found, program, copies, environmentFile] = await Promise.all([
    host.files.stat(path).catch(() => undefined),
    programFacts(host, argv[0]),
    copiesOf(host, path),
    environmentFileFacts(host, content?.environmentFile),
  ]);
  const script = program?.runtime === 'other' ? undefined : argv.slice(1).find((word) => !word.startsWith('-'));
  const token = secrets[variableName(pack, 'GATEWAY_TOKEN')];
  const configured = textAt(config.parsed, 'gateway.auth.token');
  return {
    ...{ path, content, drift, overrides, program, copies, environmentFile },
    mode: host.platform === 'win32' ? undefined : found?.mode,
    unit: manager.id.startsWith('systemd') ? parseUnit(text) : undefined,
    windows: await windowsFacts(manager.id, inspection),
    job: manager.id.startsWith('launchd') ? await jobFacts(text, host.paths.basename(path)) : undefined,
    entry:
      script !== undefined && host.paths.isAbsolute(script) ? { path: script, exists: await isThere(host, script) } : undefined,
    wanted: isReference ? { program: node, entry } : undefined,
    environment: environmentUse(pack, content?.environment ?? {}, config.parsed),
    secretOptions: secretOptions(argv),
    port: portOf(argv),
    secretDiffers: token !== undefined && configured !== undefined && token !== configured,
  };
}

async function windowsFacts(manager: ManagerId, { text, registered }: Inspection): Promise<DefinitionFacts['windows']> {
  if (text === undefined || !['task-scheduler', 'startup-folder', 'winsw'].includes(manager)) return undefined;
  const { parseTask, parseXml, scriptIssues, taskPolicyIssues, winswPolicyIssues } = await import(
    '@polygate/core/windows-services'
  );
  if (manager === 'winsw') {
    const root = parseXml(text);
    return root ? winswPolicyIssues(root) : [];
  }
  const task = registered === undefined ? undefined : parseTask(registered);
  return [...scriptIssues(text), ...(task ? taskPolicyIssues(task) : [])];
}

async function jobFacts(text: string, file: string): Promise<DefinitionFacts['job']> {
  const { jobFaults, jobPolicyIssues, readPlist } = await import('@polygate/core/launchd');
  const { dict, fault } = readPlist(text);
  if (!dict) return { faults: [fault], policy: [] };
  return { faults: jobFaults(dict, file.replace(/\.plist$/, '')), policy: jobPolicyIssues(dict) };
}

async function programFacts(host: Host, path: string | undefined): Promise<ProgramFacts | undefined> {
  if (path === undefined || path === '') return undefined;
  const name = host.paths.basename(path).toLowerCase();
  const runtime = /^node(js)?(\.exe)?$/.test(name) ? 'node' : /^bun(\.exe)?$/.test(name) ? 'bun' : 'other';
  const exists = await isThere(host, path);
  const systemNode = (await Promise.all(SYSTEM_NODES.map(async (one) => ((await isThere(host, one)) ? [one] : [])))).flat()[0];
  if (runtime !== 'node' || !exists) return { path, exists, runtime, version: undefined, failure: undefined, systemNode };
  const { code, stdout, stderr, failure } = await host.processes.query([path, '--version'], { timeoutMs: ASK_MS });
  const version = /^v(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  const said = stderr.trim().split('\n')[0];
  const reason = code === 0 && version !== undefined ? undefined : (failure ?? (said || `exit ${code}`));
  return { path, exists, runtime, version, failure: reason, systemNode };
}

/** Copies of a definition that lie beside it: `NAME.service.bak`, `NAME.service.backup-1`, `NAME.service~`. */
async function copiesOf({ files, paths, platform }: Host, path: string): Promise<DefinitionFacts['copies']> {
  const folder = paths.dirname(path);
  const name = paths.basename(path);
  const names = (await files.list(folder)).filter(
    (one) => one !== name && one.startsWith(name) && /^([.~-]|$)/.test(one.slice(name.length)),
  );
  const looked = await Promise.all(
    names.map(async (one) => {
      const file = paths.join(folder, one);
      const found = await files.stat(file).catch(() => undefined);
      return found?.kind === 'file' ? [{ path: file, mode: platform === 'win32' ? undefined : found.mode }] : [];
    }),
  );
  return looked.flat();
}

async function environmentFileFacts(host: Host, path: string | undefined): Promise<DefinitionFacts['environmentFile']> {
  if (path === undefined) return undefined;
  try {
    const found = await host.files.stat(path);
    return { path, exists: found !== undefined, mode: host.platform === 'win32' ? undefined : found?.mode };
  } catch {
    // What may not be looked at by this account is closed to others as well.
    return { path, exists: true, mode: undefined };
  }
}

function portOf(argv: readonly string[]): number | undefined {
  const at = argv.indexOf('--port');
  const port = Number(at < 0 ? Number.NaN : argv[at + 1]);
  return Number.isInteger(port) ? port : undefined;
}

const isThere = async ({ files }: Host, path: string) => (await files.stat(path).catch(() => undefined)) !== undefined;
