import { type UnitFile, valueAt, valuesAt } from '../../formats/systemd-unit.ts';
import { splitWords } from '../../formats/systemd-values.ts';
import type { DoctorFacts } from '../facts.ts';
import { type Found, type Rule, rule, type Severity } from '../rule.ts';

interface UnitRule {
  code: string;
  severity: Severity;
  about: string;
  /** What is wrong with a unit; undefined: nothing. */
  says(unit: UnitFile): string | undefined;
}

/** Every one is mended by the unit that an install writes. */
function unitRule({ code, severity, about, says }: UnitRule): Rule {
  return rule({
    code,
    severity,
    about,
    needs: ['definition'],
    repair: 'install',
    check: ({
      definition: { unit, path },
      instance,
    }: DoctorFacts & { definition: NonNullable<DoctorFacts['definition']> }): Found[] => {
      const said = unit && says(unit);
      if (said === undefined) return [];
      return [{ message: `${said}: ${path}`, fix: `${instance.command} gateway install --force`, paths: [path] }];
    },
  });
}

const of = (unit: UnitFile, key: string) => valueAt(unit, 'Service', key);

/** Units as they were written by earlier generations and by hand (systemd.service(5), systemd.kill(5)). */
export const systemdRules: readonly Rule[] = [
  unitRule({
    code: 'systemd-kill-mode-process-or-none',
    severity: 'warning',
    about: 'KillMode=process or none: what the gateway started lives on after a stop, and keeps its ports.',
    says: (unit) =>
      /^(process|none)$/.test(of(unit, 'KillMode') ?? '') ? `KillMode=${of(unit, 'KillMode')} leaves children behind` : undefined,
  }),
  unitRule({
    code: 'systemd-kill-mode-control-group',
    severity: 'info',
    about: 'KillMode=control-group, which is the default: children are ended while the gateway still needs them to end well.',
    says: (unit) =>
      (of(unit, 'KillMode') ?? 'control-group') === 'control-group'
        ? 'KillMode=control-group ends what the gateway still needs on its way down'
        : undefined,
  }),
  unitRule({
    code: 'systemd-restart-policy',
    severity: 'warning',
    about: 'Restart is not `always`: the gateway stays down after some of its ends.',
    says: (unit) =>
      of(unit, 'Restart') === 'always' ? undefined : `Restart=${of(unit, 'Restart') ?? 'no'} leaves it down after some ends`,
  }),
  unitRule({
    code: 'systemd-restart-sec',
    severity: 'warning',
    about:
      'RestartSec is not set, or shorter than a second: a gateway that fails at once is started ten times in two seconds, and given up.',
    says: (unit) => {
      const said = of(unit, 'RestartSec');
      const isShort = said === undefined || /^0*(\.\d+)?$|^\d+\s*(ms|us)$/.test(said);
      return isShort ? `RestartSec=${said ?? '100ms'} is too short` : undefined;
    },
  }),
  unitRule({
    code: 'systemd-fatal-restarts',
    severity: 'info',
    about: 'Exit 78, which only an edit can help, is followed by another start.',
    says: (unit) =>
      valuesAt(unit, 'Service', 'RestartPreventExitStatus').join(' ').split(/\s+/).includes('78')
        ? undefined
        : 'it is started again after exit 78, fatal configuration',
  }),
  unitRule({
    code: 'systemd-start-limit',
    severity: 'info',
    about: 'The start limit is switched off: a gateway that cannot start is started for ever.',
    says: (unit) =>
      valueAt(unit, 'Unit', 'StartLimitIntervalSec') === '0' ? 'StartLimitIntervalSec=0: it is started for ever' : undefined,
  }),
  unitRule({
    code: 'systemd-stop-timeout',
    severity: 'info',
    about: 'TimeoutStopSec is not set or endless: a gateway that hangs holds up a shutdown.',
    says: (unit) => {
      const said = of(unit, 'TimeoutStopSec');
      return said === undefined || /^(0|infinity)$/.test(said)
        ? `TimeoutStopSec=${said ?? '90s, the default'}: a stop may hang`
        : undefined;
    },
  }),
  unitRule({
    code: 'systemd-quoting',
    severity: 'error',
    about:
      'A value is not quoted as systemd wants it: words without "=" in Environment, a single % (a specifier), a path in two words.',
    says: (unit) => {
      const lost = valuesAt(unit, 'Service', 'Environment').flatMap((value) =>
        splitWords(value).filter((word) => !word.includes('=')),
      );
      if (lost.length > 0) return `Environment has words that systemd leaves out (${lost.length}), for want of quotes`;
      const raw = ['Environment', 'ExecStart', 'WorkingDirectory'].filter((key) =>
        valuesAt(unit, 'Service', key).some((value) => value.replaceAll('%%', '').includes('%')),
      );
      return raw.length > 0 ? `${raw.join(', ')} has a single %, which systemd replaces` : undefined;
    },
  }),
  unitRule({
    code: 'systemd-after-network-online',
    severity: 'info',
    about: 'A unit of an account waits for network-online.target, which its manager does not know.',
    says: (unit) =>
      /network-online\.target/.test([...valuesAt(unit, 'Unit', 'After'), ...valuesAt(unit, 'Unit', 'Wants')].join(' ')) &&
      valueAt(unit, 'Install', 'WantedBy') === 'default.target'
        ? 'After=network-online.target does nothing in a unit of an account'
        : undefined,
  }),
  unitRule({
    code: 'systemd-wants-network-online',
    severity: 'info',
    about: 'A unit of the system is ordered after network-online.target, which nothing starts for it (`Wants=`).',
    says: (unit) =>
      /network-online\.target/.test(valuesAt(unit, 'Unit', 'After').join(' ')) &&
      !/network-online\.target/.test([...valuesAt(unit, 'Unit', 'Wants'), ...valuesAt(unit, 'Unit', 'Requires')].join(' ')) &&
      valueAt(unit, 'Install', 'WantedBy') !== 'default.target'
        ? 'After=network-online.target without Wants= waits for what may never be started'
        : undefined,
  }),
];
