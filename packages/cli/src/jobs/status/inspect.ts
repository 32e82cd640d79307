import { type GatewayStatusDocument, type Instance, occupant, redact, SCHEMA_VERSION, variableName } from '@polygate/core';
import { checkOwnPorts } from '@polygate/core/ports';
import { checkConfigText, readConfigText } from '@polygate/host';
import type { Context } from '../../context.ts';
import { describeInstance } from '../describe.ts';
import { managerFor } from '../manager-for.ts';
import { driftOf, wantedService } from '../service.ts';
import type { ScopeOptions } from '../service-scope.ts';
import { supervisedReports } from '../supervise/ask.ts';
import { supervisedPart } from '../supervise/rows.ts';
import type { TargetOptions } from '../target.ts';
import { configTold } from './config-told.ts';
import { deepStatus } from './deep.ts';
import { januaryStatus } from './document.ts';
import { extraServices } from './extra.ts';
import { type Findings, gather } from './facts.ts';
import { lastError } from './last-error.ts';
import { isSame, supervisedLine, withSupervisor } from './supervised.ts';
import { statusText } from './text.ts';

export interface StatusOptions extends TargetOptions, ScopeOptions {
  probe: boolean;
  deep: boolean;
  timeoutMs: number;
}

/** The status of one instance: the document for scripts and the text for people. */
export async function inspectStatus(
  context: Context,
  options: StatusOptions,
): Promise<{ json: GatewayStatusDocument; text: string; findings: Findings }> {
  const asIs = await context.open({ live: true });
  const [seen, reports] = await Promise.all([
    gather(context, asIs, options, await managerFor(context, asIs.instance, options), options),
    supervisedReports(context),
  ]);
  const { opened, process, probe, service } = seen;
  const report = reports.get(opened.instance.id);
  const supervised = report && isSame(report, opened) ? report : undefined;
  const findings = supervised ? { ...seen, judgement: withSupervisor(seen.judgement, supervised) } : seen;
  const { judgement } = findings;
  const installedConfig = service?.inspection.definition?.environment[variableName(opened.instance.pack, 'CONFIG_PATH')];
  const [instance, deep, extra, last, serviceConfig, told, prepares] = await Promise.all([
    describeInstance(context, opened.instance),
    options.deep ? deepStatus(context, findings, options.timeoutMs) : undefined,
    extraServices(context, opened, options.deep),
    looksBroken(findings) ? lastError(context.host, findings) : undefined,
    installedConfig === undefined ? undefined : readConfigText(context.host.files, installedConfig).then(checkConfigText),
    configTold(context, opened, findings.health),
    service && !service.view && service.inspection.text !== undefined ? service.manager.prepare() : [],
  ]);
  const [prepare] = prepares.flatMap((step) => (step.do === 'run' ? [step.argv.join(' ')] : []));
  const others = opened.config.exists ? [] : await othersOf(context, opened.instance);
  const drift = service?.inspection.definition
    ? driftOf(await wantedService(context, opened, service.manager), service.inspection)
    : [];
  const january = januaryStatus({
    findings,
    drift,
    lastError: last,
    extraServices: extra,
    serviceConfig,
    told,
    prepare,
    command: context.commandLine,
  });
  const portFindings = checkOwnPorts(opened.instance.pack, occupant(opened.instance));
  const { verdict, exitCode, reason } = judgement;
  const json: GatewayStatusDocument = {
    schemaVersion: SCHEMA_VERSION,
    verdict,
    exitCode,
    reason,
    instance,
    footprint: opened.instance.footprint,
    portFindings,
    process: process
      ? {
          pid: process.pid,
          startedAt: new Date(context.host.clock.now() - process.ageMs).toISOString(),
          command: redact(process.command),
        }
      : null,
    probe: probe ?? null,
    ...january,
    ...deep,
    ...(supervised ? { supervised: supervisedPart(supervised) } : {}),
  };
  const more = { portFindings, others, told, prepare, system: deep?.system, command: context.commandLine };
  const text = statusText(findings, january, more);
  return { json, text: supervised ? `${text}\n${supervisedLine(supervised, context.host.clock.now())}` : text, findings };
}

/** Something should be there and does not answer: then its last words are worth reading. */
function looksBroken({ judgement, service, process, target }: Findings): boolean {
  if (target.explicit || ['healthy', 'unknown'].includes(judgement.verdict)) return false;
  const { text, unreadable } = service?.inspection ?? {};
  return process !== undefined || text !== undefined || unreadable !== undefined;
}

/** Profiles of the same product that are set up: a name that was mistyped is most likely one of them. */
async function othersOf(context: Context, { pack }: Instance): Promise<string[]> {
  const { listInstances } = await import('@polygate/host/instances');
  const all = await listInstances(await context.world());
  return all.filter(({ product }) => product === pack.id).map(({ profile }) => profile);
}
