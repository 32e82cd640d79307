import { type Rule, rule, when } from '../rule.ts';

const SHORTEST_TOKEN = 24;
const SHORTEST_PASSWORD = 12;

/** The config of the gateway. */
export const configRules: readonly Rule[] = [
  rule({
    code: 'config-missing',
    severity: 'error',
    about: 'There is no config file: the profile was never set up, or the file is gone.',
    needs: ['config'],
    check: ({ config, state, instance }) =>
      // While its gateway runs on, set-up is not what is next: that is told where the directory is.
      when(!config.exists && state?.keptBy === undefined, () => ({
        message: `there is no config: ${instance.configPath}`,
        fix: `${instance.command} setup`,
        paths: [instance.configPath],
      })),
  }),
  rule({
    code: 'config-unreadable',
    severity: 'error',
    about: 'The config cannot be read by this account.',
    needs: ['config'],
    check: ({ config: { unreadable }, instance }) =>
      when(unreadable !== undefined, () => ({
        message: `the config cannot be read: ${unreadable}`,
        fix: `look at its owner and mode: ls -l ${instance.configPath}`,
        paths: [instance.configPath],
      })),
  }),
  rule({
    code: 'config-invalid',
    severity: 'error',
    about: 'The config has errors: the gateway does not start with it.',
    needs: ['config'],
    check: ({ config: { errors, unreadable }, instance }) =>
      unreadable === undefined
        ? errors.map((error) => ({ message: error, fix: `edit ${instance.configPath}`, paths: [instance.configPath] }))
        : [],
  }),
  rule({
    code: 'config-unknown-keys',
    severity: 'info',
    about: 'The config has keys that this version does not know. Real gateways know more.',
    needs: ['config'],
    check: ({ config: { unknownKeys }, instance }) =>
      unknownKeys.map((key) => ({
        message: key,
        fix: `if it is a mistake: edit ${instance.configPath}`,
        paths: [instance.configPath],
      })),
  }),
  rule({
    code: 'config-includes',
    severity: 'warning',
    about: 'The config includes another file, which Polygate does not read.',
    needs: ['config'],
    check: ({ config: { includes }, instance }) =>
      includes.map((said) => ({
        message: said,
        fix: `put gateway.mode, gateway.port and gateway.auth into ${instance.configPath} itself`,
        paths: [instance.configPath],
      })),
  }),
  rule({
    code: 'config-legacy-name',
    severity: 'info',
    about: 'The config has the name that an older generation of the product used.',
    needs: ['config'],
    check: ({ config: { legacyName }, instance }) =>
      when(legacyName, () => ({
        message: `the config has an older name, and is used as it is: ${instance.configPath}`,
        fix: 'nothing needs to be done; the product renames it when it is upgraded',
        paths: [instance.configPath],
      })),
  }),
  rule({
    code: 'gateway-mode-unset',
    severity: 'error',
    about: 'The config does not say that a gateway runs on this machine (gateway.mode).',
    needs: ['config'],
    repair: 'config',
    check: ({ config: { exists, errors, mode, includes, authElsewhere }, instance }) =>
      when(exists && errors.length === 0 && mode === undefined, () => ({
        message: 'gateway.mode is not set: the gateway refuses to start',
        fix: `${instance.command} setup`,
        paths: [instance.configPath],
        // Set-up would write a token beside the one that the service is given.
        byHand: includes.length > 0 || authElsewhere,
      })),
  }),
  rule({
    code: 'gateway-auth-missing',
    severity: 'error',
    about: 'Neither the config nor the service has a token or a password.',
    needs: ['config'],
    repair: 'config',
    check: ({ config: { exists, errors, auth, authElsewhere, includes }, instance }) =>
      when(exists && errors.length === 0 && auth === undefined && !authElsewhere, () => ({
        message: 'there is no token and no password: nobody could be let in',
        fix: `${instance.command} setup`,
        paths: [instance.configPath],
        byHand: includes.length > 0,
      })),
  }),
  rule({
    code: 'gateway-auth-weak',
    severity: 'warning',
    about: 'The token or the password is short, or one that everybody tries first.',
    needs: ['config'],
    check: ({ config: { auth, beyondLoopback }, instance }) => {
      if (auth === undefined || auth.reference) return [];
      const least = auth.kind === 'token' ? SHORTEST_TOKEN : SHORTEST_PASSWORD;
      return when(auth.guessable || auth.length < least, () => ({
        message: `the ${auth.kind} of the gateway is easy to guess (${auth.length} characters)`,
        fix: `set gateway.auth.${auth.kind} in ${instance.configPath} to ${least} random characters or more`,
        ...(beyondLoopback ? { severity: 'error' as const } : {}),
      }));
    },
  }),
  rule({
    code: 'gateway-open-without-secret',
    severity: 'error',
    about: 'The gateway would listen beyond this machine without asking for a secret.',
    needs: ['config'],
    check: ({ config: { beyondLoopback, auth, authElsewhere }, instance }) =>
      when(beyondLoopback && auth === undefined && !authElsewhere, () => ({
        message: 'gateway.bind opens it to the network, and no secret is asked for',
        fix: `set gateway.bind to loopback in ${instance.configPath}, or set a token`,
        paths: [instance.configPath],
      })),
  }),
];
