import { RULES } from './catalogue.ts';
import type { DoctorFacts } from './facts.ts';
import type { DoctorFinding, Found, Rule, Severity } from './rule.ts';

const RANK: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** What the doctor itself says: a kind of fact that could not be looked at, and a rule that failed. */
export const OWN_CODES = {
  'not-looked-at': 'Something could not be looked at, so that rules had nothing to go by.',
  'rule-failed': 'A rule itself failed: a bug of Polygate. The others were run all the same.',
} as const;

/** Runs every rule on the facts. Total: one that throws is a finding. Worst first, else in the order of the rules. */
export function diagnose(facts: DoctorFacts, rules: readonly Rule[] = RULES): DoctorFinding[] {
  const findings = [...notLookedAt(facts, rules), ...rules.flatMap((rule) => run(rule, facts))];
  return findings.sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

function run(rule: Rule, facts: DoctorFacts): DoctorFinding[] {
  if (rule.needs.some((kind) => facts[kind] === undefined)) return [];
  try {
    return (rule.check as (facts: DoctorFacts) => readonly Found[])(facts).map((found) => finding(rule, found, facts));
  } catch (error) {
    return [
      {
        code: 'rule-failed',
        severity: 'error',
        instance: facts.instance.id,
        message: `the rule ${rule.code} failed: ${error instanceof Error ? error.message : String(error)}`,
        fix: 'report it: this is a bug',
      },
    ];
  }
}

function finding({ code, severity, repair }: Rule, found: Found, { instance, definition }: DoctorFacts): DoctorFinding {
  const { message, fix, paths } = found;
  // What only this definition has would be lost.
  const byHand = found.byHand || (repair === 'install' && (definition?.environment.custom.length ?? 0) > 0);
  return {
    code,
    severity: found.severity ?? severity,
    instance: instance.id,
    message,
    fix,
    ...(repair === undefined || byHand ? {} : { repair }),
    ...(paths === undefined ? {} : { paths }),
  };
}

function notLookedAt({ missing, instance }: DoctorFacts, rules: readonly Rule[]): DoctorFinding[] {
  return Object.entries(missing).map(([kind, reason]) => {
    const count = rules.filter(({ needs }) => (needs as readonly string[]).includes(kind)).length;
    return {
      code: 'not-looked-at',
      severity: 'warning',
      instance: instance.id,
      message: `${kind} could not be looked at, and ${count} rules say nothing: ${reason}`,
      fix: 'mend what is named, then look again',
    };
  });
}
