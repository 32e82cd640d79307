import type { ExtraService, PortFinding } from '@polygate/core';
import { verdictText } from '../../output/instances.ts';
import { linkText } from '../../output/link.ts';
import { findingsText } from '../../output/ports.ts';
import { style } from '../../output/style.ts';
import { fields } from '../../output/table.ts';
import { type ConfigTold, configLines } from './config-told.ts';
import type { JanuaryStatus } from './document.ts';
import { auditLines, extraLines } from './extra-text.ts';
import type { Findings } from './facts.ts';
import { nextFor } from './next.ts';

const SHOWN_ISSUES = 5;

/** What the text tells besides the findings of the instance itself. */
export interface StatusTextInput {
  portFindings: readonly PortFinding[];
  /** Profiles of the product that are set up, where this one is not. */
  others: readonly string[];
  told: ConfigTold;
  /** What brings back its manager, and with that the service. */
  prepare: string | undefined;
  /** With --deep: definitions of the system. */
  system: readonly ExtraService[] | undefined;
  /** The user's command with product and profile in it. */
  command: string;
}

/** Status of one instance for people: the verdict first, then the facts it rests on, each by itself. */
export function statusText(
  findings: Findings,
  january: JanuaryStatus,
  { portFindings, others, told, prepare, system, command }: StatusTextInput,
): string {
  const { opened, service, process, judgement, probe, target } = findings;
  const { instance, config } = opened;
  const manager = service?.view;
  const configState = config.exists ? (config.errors.length > 0 ? problems(config.errors.length) : 'valid') : 'missing';
  const enabled = january.service.loaded ? january.service.loadedText : january.service.notLoadedText;
  const { value: port, origin, source } = instance.port;
  const { verdict, reason } = judgement;
  const linkChannel = probe?.server?.linkChannel;
  const next = prepare && verdict === 'stopped' ? `sudo ${prepare}` : nextFor(findings, command, others);
  const lines = fields([
    ['Service', service ? `${service.manager.label} (${stateOf(service, enabled)}), ${service.name}` : 'no service manager here'],
    [
      'Runtime',
      manager
        ? `${manager.detail}${manager.pid === undefined ? '' : `, pid ${manager.pid}`}`
        : (january.service.runtime?.detail ?? 'not managed'),
    ],
    ['Process', process ? `pid ${process.pid}, up ${seconds(process.ageMs)}` : 'none'],
    ['Config', `${config.path} (${configState})`],
    ['State', instance.stateDir.value],
    ...(linkChannel ? [['Channel', linkText(linkChannel)] as const] : []),
    ['Port', `${port} (${origin === 'product' ? 'default' : source}), ${january.port.status}`],
    ['Probe target', target.explicit ? `${target.url} (--url: the verdict is about this address alone)` : target.url],
    [
      'Probe',
      probe ? probe.rungs.map((r) => `${r.rung} ${r.ok ? style('green', 'ok') : style('red', 'no')}`).join(', ') : 'skipped',
    ],
  ]);
  const listed = config.errors
    .slice(0, SHOWN_ISSUES)
    .map((e) => `  ${e.line ? `line ${e.line}: ` : ''}${e.path ? `${e.path} ` : ''}${e.message}`);
  return [
    // What a gateway says may begin with the very word.
    `${instance.id}: ${verdictText(verdict)}: ${reason.startsWith(`${verdict}: `) ? reason.slice(verdict.length + 2) : reason}`,
    lines,
    ...listed,
    ...config.warnings.slice(0, SHOWN_ISSUES).map((w) => `  ${w.line ? `line ${w.line}: ` : ''}${w.path} ${w.message}`),
    ...configLines(told),
    // That the base is too high stands among the problems of the config already.
    ...findingsText(
      portFindings.filter(({ code }) => code !== 'base-too-high'),
      false,
    ),
    // Only when looked at deeply: that a definition differs is no news every time.
    ...(system ? auditLines(january.service.configAudit?.issues ?? []) : []),
    ...extraLines([...january.extraServices, ...(system ?? [])]),
    ...(january.lastError ? [`Last error: ${january.lastError}`] : []),
    ...(next ? [`Next: ${next}`] : []),
  ].join('\n');
}

/** What there is of the service, in a few words. */
function stateOf({ inspection, view, manager }: NonNullable<Findings['service']>, enabled: string): string {
  if (inspection.unreadable) return 'its definition cannot be read';
  if (view?.obstacle === 'masked') return 'masked';
  if (inspection.text === undefined) return 'not installed';
  // Whether it is enabled, only its manager tells.
  if (view === undefined) return 'installed';
  return view?.obstacle === 'bad-definition' ? `${enabled}, and ${manager.label} cannot read its definition` : enabled;
}

function seconds(ms: number): string {
  const s = Math.round(ms / 1000);
  return s < 120 ? `${s} s` : s < 7200 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3600)} h`;
}

const problems = (count: number) => (count === 1 ? '1 problem' : `${count} problems`);
