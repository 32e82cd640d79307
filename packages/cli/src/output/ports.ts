import type { InstanceListener, PortFinding, PortsRow } from '@polygate/core';
import { style } from './style.ts';
import { table } from './table.ts';

const MAX_COMMAND = 40;

/** One line for each instance: its ports, and who listens on them. */
export function portTable(rows: readonly PortsRow[]): string {
  if (rows.length === 0) return 'No instances. Make one with: setup';
  const cells = rows.map(({ id, ports: { gateway, browserControl, canvas, cdp }, listeners }) => [
    id,
    String(gateway),
    String(browserControl ?? '-'),
    String(canvas ?? '-'),
    `${cdp.first}-${cdp.last}`,
    Object.entries(cdp.leased)
      .map(([name, port]) => `${name} ${port}`)
      .join(', ') || '-',
    listeners === null ? '?' : listeners.map(listenerText).join(', ') || '-',
  ]);
  return table(['INSTANCE', 'GATEWAY', 'BROWSER', 'CANVAS', 'CDP BAND', 'LEASED', 'LISTENING'], cells);
}

function listenerText({ port, pid, command, own }: InstanceListener): string {
  const short = command === undefined || command.length <= MAX_COMMAND ? command : `${command.slice(0, MAX_COMMAND - 1)}…`;
  return [String(port), pid === undefined ? '' : `pid ${pid}`, own ? '(its gateway)' : short && `(${short})`]
    .filter(Boolean)
    .join(' ');
}

/** A finding as a warning of a command that is about something else. */
export const findingLine = ({ instance, message, hint }: PortFinding) => `${instance}: ${message} (${hint})`;

/** What is to be said about ports, one after the other. A hint that several share is printed once. */
export function findingsText(findings: readonly PortFinding[], showInstance = true): string[] {
  const lines: string[] = [];
  for (const [i, { level, instance, message, hint }] of findings.entries()) {
    const word = style(level === 'conflict' ? 'red' : 'yellow', `${level}:`);
    lines.push(`${word} ${showInstance ? `${instance}: ` : ''}${message}`);
    if (findings[i + 1]?.hint !== hint) lines.push(`  ${style('dim', hint)}`);
  }
  return lines;
}
