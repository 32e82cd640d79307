import {
  type Generation,
  type Instance,
  type InstanceSettings,
  localAddress,
  Problem,
  type ProductPack,
  type RestartSignalSpan,
  resolveAccess,
  type SupervisorSettings,
} from '@polygate/core';
import { superviseOf } from '@polygate/core/generation';
import { defineService, parseEnvFile, SERVICE_ENV_FILE } from '@polygate/core/service';
import {
  type InstanceSpec,
  instanceSettingsIssues,
  referenceRestarts,
  type SupervisionSettings,
  supervisionFrom,
} from '@polygate/core/supervise';
import type { OpenInstance } from '@polygate/host';
import type { Context } from '../../context.ts';
import { describeInstance } from '../describe.ts';
import { launchOf } from '../launch.ts';
import { generationOfProgram } from '../program/generation.ts';
import { refuseWrongNode } from '../program/node-for.ts';
import { runnableCommand } from '../runnable.ts';
import { secretsFromEnvironment } from '../service.ts';
import { bindAddress } from '../target.ts';
import { readSupervisorSettings } from './supervisor-settings.ts';

/**
 * Everything that the supervisor needs to run an instance: from its own record, its settings and those of the supervisor.
 * Reads only. @throws Problem SETTINGS_INVALID, PROGRAM_NOT_FOUND, PROGRAM_NOT_EXECUTABLE or PROGRAM_NEEDS_NODE
 */
export async function specOf(context: Context, opened: OpenInstance): Promise<InstanceSpec> {
  const { instance, config, settings, settingsFile, canonicalStateDir } = opened;
  const { pack, identity, port } = instance;
  const { host } = context;
  const stateDir = instance.stateDir.value;
  refuseBrokenSettings(settingsFile, settings, instance.id);
  const generation = await generationOfProgram(host, instance);
  const { output, ...supervision } = supervisionOf(pack, generation, await readSupervisorSettings(context), settings);
  const kept = parseEnvFile((await host.files.read(host.paths.join(stateDir, SERVICE_ENV_FILE)).catch(() => undefined)) ?? '');
  const access = resolveAccess(pack, { ...kept, ...identity.env }, {}, config.parsed);
  const secret = access.secret?.value ?? opened.lock?.token;
  for (const value of [secret, ...Object.values(kept)]) if (value) context.secrets.add(value);

  const definition = defineService(instance, launchOf(context), undefined, generation);
  const env: Record<string, string> = {
    ...ofTheAccount(context),
    ...definition.environment,
    ...kept,
    ...secretsFromEnvironment(context, access, instance),
  };
  await refuseWrongNode(host, instance.program, env);
  return {
    id: instance.id,
    argv: await runnableCommand(host, definition.argv, stateDir, env),
    env,
    cwd: definition.workingDirectory,
    output: { path: host.paths.join(stateDir, 'logs', 'console.log'), ...output },
    ...supervision,
    target: {
      host: localAddress(opened.lock?.host ?? bindAddress(access)),
      port: port.value,
      ...(secret === undefined ? {} : { [access.authMode]: secret }),
    },
    restartSignals: restartSignalsOf(context, instance),
    document: await describeInstance(context, instance),
    identity: {
      ...{ stateDir: canonicalStateDir, configPath: instance.configPath.value },
      namesItself: generation?.namesItself ?? true,
    },
  };
}

function refuseBrokenSettings(file: string, settings: InstanceSettings | undefined, id: string): void {
  const issues = settings === undefined ? [] : instanceSettingsIssues(settings, id);
  if (issues.length > 0) throw new Problem('SETTINGS_INVALID', { file, issues });
}

function supervisionOf(
  pack: ProductPack,
  generation: Generation | undefined,
  supervisor: SupervisorSettings | undefined,
  instance: InstanceSettings | undefined,
): ReturnType<typeof supervisionFrom> {
  const supervise = superviseOf(pack) as SupervisionSettings | undefined;
  const made = supervisionFrom({ pack: supervise, generation: ofGeneration(generation), supervisor, instance });
  return {
    ...made,
    restart: { ...made.restart, fatalExits: generation?.fatalExits ?? [], fatalRetries: generation?.fatalRetries ?? 0 },
  };
}

/** What the version of its program says to supervisors: how long a stop may take, where it tells that it has started and is of use. */
function ofGeneration({ stopSeconds, http }: Partial<Generation> = {}): SupervisionSettings {
  const probes: SupervisionSettings['probes'] = {
    ...(http?.started === undefined ? {} : { startup: { kind: 'ladder', path: http.started } }),
    ...(http?.ready === undefined ? {} : { readiness: { kind: 'http', path: http.ready } }),
  };
  return { ...(stopSeconds === undefined ? {} : { stop: { timeoutSeconds: stopSeconds } }), probes };
}

/** What is known of the program's versions. The pack speaks of the product's own gateway, and not of the one that is shipped. */
function restartSignalsOf({ version }: Context, { program, pack }: Instance): readonly RestartSignalSpan[] | undefined {
  return program === undefined || program === 'reference' ? referenceRestarts(version) : superviseOf(pack)?.restartSignals;
}

/** What says who and where one is, and nothing of the caller's shell beside it: keys and paths of it would leak into a gateway. */
function ofTheAccount({ host }: Context): Record<string, string> {
  const { env, users, platform } = host;
  const names = platform === 'win32' ? OF_A_WINDOWS_ACCOUNT : ['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR'];
  const kept = names.flatMap((name) => {
    const value = env[name];
    return value ? [[name, value] as const] : [];
  });
  if (platform === 'win32') return Object.fromEntries(kept);
  return { USER: users.name, LOGNAME: users.name, ...Object.fromEntries(kept) };
}

/** Where the system, its programs and the folders of the account are, as every process of a session has it. */
const OF_A_WINDOWS_ACCOUNT = [
  ...['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'PATH', 'TEMP', 'TMP', 'TZ', 'LANG'],
  ...['USERNAME', 'USERDOMAIN', 'USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'APPDATA', 'LOCALAPPDATA', 'COMPUTERNAME'],
  ...['ProgramData', 'ALLUSERSPROFILE', 'PUBLIC', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432', 'CommonProgramFiles'],
  ...['NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE', 'OS'],
];
