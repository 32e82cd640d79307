import {
  type InstanceDocument,
  isProblem,
  type OnboardDocument,
  Problem,
  type Program,
  type RenderedProblem,
  renderProblem,
  resolveAccess,
  SCHEMA_VERSION,
  type ServiceChangeDocument,
} from '@polygate/core';
import type { Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { failureDocument } from '../output/print.ts';
import { describeInstance } from './describe.ts';
import { installService } from './install.ts';
import { type SetupResult, setUp } from './setup/set-up.ts';
import { setupText } from './setup/text.ts';

export interface OnboardOptions {
  nonInteractive: boolean;
  acceptRisk: boolean;
  mode: string | undefined;
  port: string | undefined;
  bind: string | undefined;
  auth: string | undefined;
  token: string | undefined;
  password: string | undefined;
  workspace: string | undefined;
  /** undefined: asked on a terminal, not done without one. */
  installDaemon: boolean | undefined;
  program: Program | undefined;
  // Of the family's flags: reported back, as its own command does.
  authChoice: string | undefined;
  daemonRuntime: string | undefined;
  skipSkills: boolean;
  skipHealth: boolean;
}

/** Sets a profile up and installs its service, asking where there is somebody to ask. Every question has a flag. */
export async function onboard(context: Context, given: OnboardOptions): Promise<Outcome> {
  if (given.mode === 'remote') {
    throw new Problem('OPTION_INVALID', {
      option: '--mode',
      value: 'remote',
      expected: 'local: this command sets up a gateway on this machine',
    });
  }
  if (given.auth === 'password' && given.password === undefined) {
    throw new Problem('USAGE', { message: '--gateway-auth password needs --gateway-password', topic: 'onboard' });
  }
  if (given.token !== undefined && given.password !== undefined && given.auth === undefined) {
    throw new Problem('USAGE', {
      message: 'with both a token and a password, say which one counts with --gateway-auth',
      topic: 'onboard',
    });
  }
  const asks = context.interactive && !given.nonInteractive;
  const options = asks ? await askMissing(context, given) : given;
  const { port, bind, workspace, token, password, program } = options;
  const done = await setUp(context, {
    port,
    bind,
    workspace,
    token,
    program,
    ...(usesPassword(options) ? { password } : {}),
  });
  const service = options.installDaemon ? await installOrExplain(context, program) : undefined;
  const instance = await describeInstance(context, done.opened.instance);
  return outcome(context, options, done, instance, service);
}

const usesPassword = ({ auth, token, password }: OnboardOptions) =>
  auth === 'password' || (auth === undefined && password !== undefined && token === undefined);

interface ServiceOutcome {
  json: OnboardDocument['daemon'];
  text: string;
  failure?: RenderedProblem;
}

async function installOrExplain(context: Context, program: Program | undefined): Promise<ServiceOutcome> {
  try {
    const { json, text = '' } = await installService(context, { program, force: false });
    return { json: json as ServiceChangeDocument, text };
  } catch (error) {
    if (!isProblem(error)) throw error;
    // The profile is there and works without a service; what is missing is said as any failure is, with its exit code.
    const failure = renderProblem(error, { command: context.commandLine, secrets: context.secrets });
    return { json: failureDocument(failure), text: `No service: ${failure.message}\nHint: ${failure.hint}`, failure };
  }
}

async function askMissing(context: Context, given: OnboardOptions): Promise<OnboardOptions> {
  const prompts = await import('@clack/prompts');
  const { instance } = await context.open({ live: false, port: given.port });
  const stop = (): never => {
    prompts.cancel('Nothing was changed.');
    throw new Problem('USAGE', { message: 'cancelled', topic: 'onboard' });
  };
  prompts.intro(`${instance.pack.displayName}: profile ${instance.profile.value}`);
  if (!given.acceptRisk) {
    const accepted = await prompts.confirm({ message: 'Agents of a gateway act on this machine with your rights. Go on?' });
    if (prompts.isCancel(accepted) || !accepted) stop();
  }
  const workspace = given.workspace ?? (await prompts.text({ message: 'Workspace', initialValue: instance.workspace.value }));
  if (prompts.isCancel(workspace)) stop();
  const installDaemon = given.installDaemon ?? (await prompts.confirm({ message: 'Install a service that keeps it running?' }));
  if (prompts.isCancel(installDaemon)) stop();
  prompts.outro('Thank you.');
  return { ...given, workspace: workspace as string, installDaemon: installDaemon as boolean };
}

function outcome(
  context: Context,
  options: OnboardOptions,
  done: SetupResult,
  instance: InstanceDocument,
  service: ServiceOutcome | undefined,
): Outcome {
  const { pack, identity } = done.opened.instance;
  const access = resolveAccess(pack, identity.env, {}, done.opened.config.parsed);
  return {
    exitCode: service?.failure?.exitCode ?? 0,
    json: {
      ok: service?.failure === undefined,
      schemaVersion: SCHEMA_VERSION,
      ...(service?.failure ? { error: failureDocument(service.failure).error } : {}),
      result: done.result,
      instance,
      changes: done.changes,
      ...(service ? { daemon: service.json } : {}),
      // What the family's own `onboard --json` answers.
      mode: 'local',
      workspace: instance.workspace,
      authChoice: options.authChoice ?? 'skip',
      gateway: { port: instance.ports.gateway, bind: access.bind.value, authMode: access.authMode, tailscaleMode: 'off' },
      installDaemon: options.installDaemon === true,
      daemonRuntime: options.daemonRuntime ?? 'node',
      skipSkills: options.skipSkills,
      skipHealth: options.skipHealth,
    } satisfies OnboardDocument,
    text: [
      setupText(context, done, instance, { serviceFollows: service !== undefined }),
      ...(service ? [service.text] : []),
    ].join('\n'),
  };
}
