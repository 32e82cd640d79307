import { EXIT, type ExitCode, type StatusDocument } from '@polygate/core';
import type { Handler, Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { numberOption } from '../jobs/number-option.ts';
import { gatherAll } from '../jobs/status/all.ts';
import { inspectStatus } from '../jobs/status/inspect.ts';
import { instanceList } from '../output/instances.ts';

export const run: Handler = async (context, options) => {
  const timeoutMs = numberOption('--timeout', options.timeout, 10_000);
  if (options.all) return statusOfAll(context, timeoutMs);
  const { url, token, password } = options as Record<string, string | undefined>;
  const { json, text, findings } = await inspectStatus(context, { url, token, password, probe: true, deep: false, timeoutMs });
  const { probe, target, service, process, judgement } = findings;
  const hello = probe?.rungs.find((rung) => rung.rung === 'hello');
  return {
    json: {
      ...json,
      // Keys of the family's top-level status that scripts read.
      gateway: {
        ...json.gateway,
        mode: 'local',
        url: target.url,
        urlSource: target.explicit ? 'cli --url' : 'local loopback',
        misconfigured: !json.config.cli.valid,
        reachable: hello?.ok ?? false,
        connectLatencyMs: hello?.ok ? hello.ms : null,
        self: probe?.server ?? null,
        error: judgement.verdict === 'healthy' ? null : judgement.reason,
      },
      gatewayService: {
        label: service?.manager.label ?? null,
        installed: service?.inspection.text !== undefined,
        loaded: json.service.loaded,
        loadedText: json.service.loaded ? json.service.loadedText : json.service.notLoadedText,
        runtimeShort: service?.view?.detail ?? null,
      },
      pid: process?.pid ?? null,
    } satisfies StatusDocument,
    text,
    exitCode: judgement.exitCode,
  };
};

/** Exit 0 only when every instance is healthy, else the code of the worst one. */
async function statusOfAll(context: Context, timeoutMs: number): Promise<Outcome> {
  const { rows, findings } = await gatherAll(context, { timeoutMs });
  const codes = findings.map((f) => f.judgement.exitCode);
  const worst = codes.reduce<ExitCode>((a, b) => (RANK.indexOf(b) > RANK.indexOf(a) ? b : a), EXIT.ok);
  return { ...instanceList(rows), exitCode: worst };
}

const RANK: readonly ExitCode[] = [
  EXIT.ok,
  EXIT.tempFail,
  EXIT.unknown,
  EXIT.notRunning,
  EXIT.noPermission,
  EXIT.unavailable,
  EXIT.config,
];
