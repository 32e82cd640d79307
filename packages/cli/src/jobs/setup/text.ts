import type { InstanceDocument } from '@polygate/core';
import type { Context } from '../../context.ts';
import { fields } from '../../output/table.ts';
import type { SetupResult } from './set-up.ts';

const SAID = {
  created: 'is set up',
  completed: 'is set up: what its config lacked was added',
  unchanged: 'was set up already; nothing was changed',
};

/** What set-up did, for people, and what to type next. */
export function setupText(
  { commandLine }: Context,
  { result, changes }: SetupResult,
  instance: InstanceDocument,
  options: { serviceFollows?: boolean } = {},
): string {
  const { gateway, browserControl, canvas, cdp } = instance.ports;
  const ports = [
    `${gateway} gateway`,
    `${browserControl} browser control`,
    canvas === null ? undefined : `${canvas} canvas`,
    `${cdp.first}-${cdp.last} CDP`,
  ];
  return [
    `${instance.id} ${SAID[result]}.`,
    fields([
      ['Config', instance.configPath],
      ['State', instance.stateDir],
      ['Workspace', instance.workspace],
      ['Ports', ports.filter(Boolean).join(', ')],
      ['Service', instance.service.name],
    ]),
    ...(changes.length > 0 ? ['Written:', ...changes.map((change) => `  ${change}`)] : []),
    ...(options.serviceFollows
      ? []
      : [`Next: ${nextOf(commandLine, instance)} or ${commandLine} gateway install (as a service)`]),
  ].join('\n');
}

/** What `gateway` runs in the foreground is Polygate's own gateway. */
const nextOf = (command: string, { id, program }: InstanceDocument) =>
  program === 'reference' || program === null ? `${command} gateway (in the foreground)` : `polygate up -d ${id} (kept running)`;
