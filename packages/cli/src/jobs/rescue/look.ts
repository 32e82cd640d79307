import { type ExitCode, parseConfig, portAt, type RescueDocument } from '@polygate/core';
import { isReady, type Proposal, proposeRescue } from '@polygate/core/status';
import { configHash, goodConfigs, textOfGood } from '@polygate/host/config-history';
import type { Context } from '../../context.ts';
import { inspectStatus } from '../status/inspect.ts';

const TIMEOUT_MS = 5_000;

export interface RescueFindings {
  document: Omit<RescueDocument, 'ok' | 'schemaVersion'>;
  proposals: Proposal[];
  /** The supervisor has it. */
  supervised: boolean;
  exitCode: ExitCode;
}

/** Everything that tells why an instance is not well, and what would help. Changes nothing. */
export async function lookAt(context: Context): Promise<RescueFindings> {
  const { json, findings } = await inspectStatus(context, { probe: true, deep: false, timeoutMs: TIMEOUT_MS });
  const { opened, service, process, configNow } = findings;
  const { instance, config } = opened;
  const { verdict, reason, exitCode, lastError } = json;
  const view = service?.view;
  const told = json.config.gateway;
  const proposals = proposeRescue({
    verdict,
    configReady: isReady(configNow) && configNow.hasSecret,
    refused: told?.valid === false,
    earlier: await earlierConfig(context, instance.stateDir.value, configHash(config.text ?? '')),
    port: instance.port.value,
    installed: service?.inspection.text !== undefined,
    supervisor: json.supervised && `${context.program} restart ${instance.id}`,
    runs: process !== undefined,
    command: context.commandLine,
  });
  const document: RescueFindings['document'] = {
    instance: instance.id,
    ...{ verdict, reason, lastError },
    config: {
      path: config.path,
      valid: config.errors.length === 0,
      issues: config.errors,
      refused: told?.valid === false ? told.issues : undefined,
      lastGood: json.config.lastGood,
      wentBack: json.config.wentBack,
    },
    service: service
      ? {
          name: service.name,
          installed: service.inspection.text !== undefined,
          state: view?.state ?? 'unknown',
          detail: view?.detail,
          restarts: view?.restarts,
          lastExitStatus: view?.lastExitStatus,
        }
      : null,
    deaths: json.supervised?.deaths,
    proposals,
  };
  return { document, proposals, supervised: json.supervised !== undefined, exitCode };
}

/** The newest config that the gateway was well with and that is not the present one. */
async function earlierConfig({ host }: Context, stateDir: string, present: string) {
  const good = (await goodConfigs(host, stateDir)).find(({ hash }) => hash !== present);
  const text = good && (await textOfGood(host, good));
  if (!good || text === undefined) return undefined;
  return { hash: good.hash, port: portAt((await parseConfig(text)).parsed, 'gateway.port') };
}
