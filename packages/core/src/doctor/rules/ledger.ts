import { type Rule, rule, when } from '../rule.ts';

/** The record of instances and their ports. */
export const ledgerRules: readonly Rule[] = [
  rule({
    code: 'ledger-damaged',
    severity: 'error',
    about: 'The ledger cannot be read. Nothing is lost: it is made anew from the disk.',
    needs: ['ledger'],
    repair: 'ledger',
    check: ({ ledger: { damage, path }, instance }) =>
      when(damage !== undefined, () => ({
        message: damage?.message ?? '',
        fix: `${instance.command} doctor --fix`,
        paths: [path],
      })),
  }),
  rule({
    code: 'ledger-entry-missing',
    severity: 'warning',
    about: 'The instance is set up, and the ledger does not keep its ports.',
    needs: ['ledger', 'config'],
    repair: 'config',
    check: ({ ledger: { entry, damage }, config: { exists, errors, includes }, instance }) =>
      when(entry === undefined && damage === undefined && exists && errors.length === 0, () => ({
        message: `the ports of ${instance.id} are not recorded: another profile may get them`,
        fix: `${instance.command} setup`,
        byHand: includes.length > 0 || instance.program === undefined,
      })),
  }),
  rule({
    code: 'ledger-state-dir-gone',
    severity: 'warning',
    about: 'The ledger has an instance whose state directory is gone, and keeps its ports.',
    needs: ['ledger'],
    check: ({ ledger: { entry, stateDirGone }, instance }) =>
      when(entry !== undefined && stateDirGone, () => ({
        message: `${instance.stateDir} is gone, and its ports are still leased`,
        fix: `${instance.command} ports free ${entry?.port}`,
      })),
  }),
  rule({
    code: 'ledger-port-differs',
    severity: 'warning',
    about: 'The ledger keeps another base port than the instance has: its real one may be handed out.',
    needs: ['ledger'],
    repair: 'config',
    check: ({ ledger: { entry }, config, instance }) =>
      when(entry !== undefined && entry.port !== instance.port && config?.exists === true && config.errors.length === 0, () => ({
        message: `the ledger keeps port ${entry?.port}, and the port of ${instance.id} is ${instance.port}`,
        fix: `${instance.command} setup`,
        byHand: (config?.includes.length ?? 0) > 0 || instance.program === undefined,
      })),
  }),
  rule({
    code: 'ledger-lease-not-in-config',
    severity: 'info',
    about: 'A CDP port is leased to a browser profile that the config does not have.',
    needs: ['ledger'],
    check: ({ ledger: { entry, configured }, instance }) =>
      Object.entries(entry?.leases ?? {})
        .filter(([name]) => configured[name] === undefined)
        .map(([name, port]) => ({
          message: `CDP port ${port} is leased to browser profile ${name}, which the config does not name`,
          fix: `${instance.command} browser profiles create ${name}, or: ${instance.command} ports free ${port}`,
        })),
  }),
];
