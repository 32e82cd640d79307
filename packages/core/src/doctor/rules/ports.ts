import type { FindingCode } from '../../ports/findings.ts';
import type { Found, Severity } from '../rule.ts';
import { type Rule, rule } from '../rule.ts';

/** Rules over what `ports check` finds: what counts and what it says is told there. */
function portRule(code: string, severity: Severity, about: string, findings: readonly FindingCode[]): Rule {
  return rule({
    code,
    severity,
    about,
    needs: ['ports'],
    check: ({ ports }): Found[] =>
      ports
        .filter((finding) => (findings as readonly string[]).includes(finding.code))
        .map(({ message, hint }) => ({ message, fix: hint })),
  });
}

export const portRules: readonly Rule[] = [
  portRule(
    'port-conflict',
    'error',
    'Two instances would bind one port, or the base port leaves no room for the ports that follow from it.',
    ['base-too-high', 'port-repeated', 'port-shared'],
  ),
  portRule('port-foreign-listener', 'error', 'Something else listens on a port of this instance.', ['port-listened-on']),
  portRule('port-ephemeral', 'warning', 'The system hands its ports out for outgoing connections.', ['in-ephemeral-range']),
  portRule('port-neighbour', 'warning', 'Ports of another instance are close, and may be met one day.', [
    'port-in-band',
    'bands-overlap',
    'soft-port-met',
  ]),
  portRule('port-lease-astray', 'warning', 'A leased CDP port is not in the band of the instance.', ['lease-outside-band']),
  portRule('gateway-port-moved', 'warning', 'It runs on another port than it would start on.', ['running-elsewhere']),
];
