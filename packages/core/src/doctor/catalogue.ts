import type { Rule } from './rule.ts';
import { configRules } from './rules/config.ts';
import { definitionRules } from './rules/definition.ts';
import { isolationRules } from './rules/isolation.ts';
import { launchdRules } from './rules/launchd.ts';
import { ledgerRules } from './rules/ledger.ts';
import { portRules } from './rules/ports.ts';
import { programRules } from './rules/program.ts';
import { runningRules } from './rules/running.ts';
import { secretRules } from './rules/secrets.ts';
import { serviceRules } from './rules/service.ts';
import { shellRules } from './rules/shell.ts';
import { siblingRules } from './rules/siblings.ts';
import { stateRules } from './rules/state.ts';
import { systemdRules } from './rules/systemd.ts';
import { windowsRules } from './rules/windows.ts';

/** Every rule by its theme, in the order of the reference page. */
export const THEMES: Readonly<Record<string, readonly Rule[]>> = {
  Config: configRules,
  'State directory': stateRules,
  'What others may read or share': isolationRules,
  Ports: portRules,
  Service: serviceRules,
  Definition: definitionRules,
  'Program of the service': programRules,
  'Secrets of the service': secretRules,
  'Policy of a systemd unit': systemdRules,
  'Policy of a launchd job': launchdRules,
  'Policy of a service of Windows': windowsRules,
  'What runs': runningRules,
  Ledger: ledgerRules,
  'This shell': shellRules,
  'Other instances': siblingRules,
};

/** All rules. */
export const RULES: readonly Rule[] = Object.values(THEMES).flat();
