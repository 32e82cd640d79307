import type { Told } from '../facts.ts';
import { type Rule, rule, when } from '../rule.ts';

/** An install would be refused for another service: rules of their own tell which. */
const isTaken = (refused: Told | undefined): boolean =>
  refused !== undefined && ['SERVICE_IN_OTHER_SCOPE', 'SERVICE_NAME_TAKEN'].includes(refused.code);

/** The service and its manager. */
export const serviceRules: readonly Rule[] = [
  rule({
    code: 'manager-unreachable',
    severity: 'warning',
    about: 'The service manager of the account cannot be asked: no user bus, no session, another home.',
    needs: ['service'],
    check: ({ service: { unreachable } }) =>
      when(unreachable !== undefined, () => ({ message: unreachable?.message ?? '', fix: unreachable?.hint ?? '' })),
  }),
  rule({
    code: 'service-not-installed',
    severity: 'info',
    about: 'No service keeps the gateway running: it is started by hand, or not at all.',
    needs: ['service'],
    check: ({ service: { installed, name, legacy, unreachable, view, refused }, instance }) =>
      when(
        !installed && legacy.length === 0 && unreachable === undefined && !isTaken(refused) && view?.obstacle !== 'masked',
        () => ({
          message: `no service ${name} is installed`,
          fix: `${instance.command} gateway install`,
        }),
      ),
  }),
  rule({
    code: 'service-legacy-name',
    severity: 'warning',
    about: 'The gateway of this state directory is run by a service under a name of an earlier generation of the product.',
    needs: ['service'],
    repair: 'migrate',
    check: ({ service: { legacy, name }, instance }) =>
      legacy.map((old) => ({
        message: `${old.name} is the older name of ${name}, and runs on ${instance.stateDir}`,
        fix: `${instance.command} doctor --fix`,
        paths: [old.path],
      })),
  }),
  rule({
    code: 'service-in-both-scopes',
    severity: 'error',
    about: 'The same name is a service of the account and of the system: two gateways on one port.',
    needs: ['service'],
    check: ({ service: { refused } }) =>
      when(refused?.code === 'SERVICE_IN_OTHER_SCOPE', () => ({
        message: refused?.message ?? '',
        fix: refused?.hint ?? '',
      })),
  }),
  rule({
    code: 'service-name-taken',
    severity: 'error',
    about: 'The service of this name belongs to another state directory.',
    needs: ['service'],
    check: ({ service: { refused } }) =>
      when(refused?.code === 'SERVICE_NAME_TAKEN', () => ({ message: refused?.message ?? '', fix: refused?.hint ?? '' })),
  }),
  rule({
    code: 'service-masked',
    severity: 'error',
    about: 'The manager is forbidden to start the service (`systemctl mask`).',
    needs: ['service'],
    check: ({ service: { refused, view, tool, name } }) =>
      when(refused?.code === 'SERVICE_MASKED' || view?.obstacle === 'masked', () => ({
        message: `${name} is masked: nothing starts it`,
        fix: `if that is not meant: ${view?.remedy ?? `${tool} unmask ${name}.service`}`,
      })),
  }),
  rule({
    code: 'gateway-definition-unreadable',
    severity: 'error',
    about: 'Something is where the definition should be, and this account cannot read it: a directory, or no right.',
    needs: ['service'],
    check: ({ service: { unreadable, name, path }, instance }) =>
      when(unreadable !== undefined, () => ({
        message: `the definition of ${name} cannot be read: ${unreadable?.message}`,
        fix: `${unreadable?.fix}, then ${instance.command} gateway install`,
        paths: [path],
      })),
  }),
  rule({
    code: 'service-definition-broken',
    severity: 'error',
    about: 'The service manager cannot read the definition, and starts it for nobody.',
    needs: ['service'],
    repair: 'install',
    check: ({ service: { view, installed, name, path }, instance }) =>
      when(installed && view?.obstacle === 'bad-definition', () => ({
        message: `its manager cannot read the definition of ${name}: ${view?.why ?? 'it has a bad setting'}`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  rule({
    code: 'service-needs-reload',
    severity: 'warning',
    about: 'The definition was changed on disk, and the manager still runs by the older one.',
    needs: ['service'],
    repair: 'settle',
    check: ({ service: { view, installed, name, tool } }) =>
      when(installed && view?.needsReload === true, () => ({
        message: `the definition of ${name} was changed, and its manager has not read it yet`,
        fix: `${tool} daemon-reload`,
      })),
  }),
  rule({
    code: 'service-not-enabled',
    severity: 'warning',
    about: 'The service is installed and does not start by itself after a boot.',
    needs: ['service'],
    repair: 'settle',
    check: ({ service: { view, installed, name, tool, enable } }) =>
      when(installed && view !== undefined && !view.enabled && view.obstacle !== 'masked', () => ({
        message: `${name} is installed and does not start by itself`,
        fix: enable ?? `${tool} enable ${name}`,
      })),
  }),
  rule({
    code: 'service-linger-off',
    severity: 'warning',
    about: 'Services of this account end when it logs out, and do not start at boot.',
    needs: ['service'],
    repair: 'linger',
    check: ({ service: { prepares, installed, unreachable } }) =>
      when(installed && unreachable === undefined && prepares.length > 0, () => ({
        message: 'the services of this account end with its last login, and do not start at boot',
        fix: `sudo ${prepares[0]}`,
      })),
  }),
];
