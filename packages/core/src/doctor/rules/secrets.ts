import { type Rule, rule, when } from '../rule.ts';
import { octal } from './definition.ts';

/** Secrets where others may read them. */
export const secretRules: readonly Rule[] = [
  rule({
    code: 'gateway-token-embedded',
    severity: 'error',
    about: 'The definition has the token of the gateway in it, for every account to read.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { environment, path }, instance }) =>
      environment.token.map((name) => ({
        message: `the definition has the token of the gateway in it (${name}): ${path}`,
        fix: `${instance.command} doctor --fix`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-password-embedded',
    severity: 'error',
    about: 'The definition has the password of the gateway in it, for every account to read.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { environment, path }, instance }) =>
      environment.password.map((name) => ({
        message: `the definition has the password of the gateway in it (${name}): ${path}`,
        fix: `${instance.command} doctor --fix`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-managed-env-embedded',
    severity: 'warning',
    about: 'The definition repeats variables of the config (`env.vars`), keys of services among them.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { environment, path }, instance }) =>
      when(environment.managed.length > 0, () => ({
        message: `the definition repeats variables of the config: ${environment.managed.join(', ')}`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-secret-embedded',
    severity: 'error',
    about: 'The definition sets a variable whose name says that it is a secret.',
    needs: ['definition'],
    check: ({ definition: { environment, path } }) =>
      when(environment.secrets.length > 0, () => ({
        message: `the definition has secrets in it that every account may read: ${environment.secrets.join(', ')}`,
        fix: `move them to env.vars of the config, or to a file of mode 0600 that a drop-in names with EnvironmentFile=: ${path}`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-secret-in-argv',
    severity: 'error',
    about: 'A secret stands on the command line of the service, where `ps` shows it to every account.',
    needs: ['definition'],
    check: ({ definition: { secretOptions, path }, instance }) =>
      when(secretOptions.length > 0, () => ({
        message: `the command line of the service has a secret in it (${secretOptions.join(', ')}): ${path}`,
        fix: `put it into the config, then: ${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-proxy-env-embedded',
    severity: 'info',
    about: 'The definition has the proxies of the shell that installed it.',
    needs: ['definition'],
    check: ({ definition: { environment } }) =>
      when(environment.proxies.length > 0, () => ({
        message: `the definition has ${environment.proxies.join(', ')} from the shell that installed it`,
        fix: 'put them into a drop-in if the gateway needs them',
      })),
  }),
  rule({
    code: 'gateway-token-mismatch',
    severity: 'warning',
    about: 'The service is given another secret than the config has: clients that read the config are refused.',
    needs: ['definition'],
    check: ({ definition: { secretDiffers, environmentFile, path }, instance }) =>
      when(secretDiffers, () => ({
        message: 'the secret that the service is given is not the one in the config',
        fix: `keep one: edit ${instance.configPath}, or ${environmentFile?.path ?? path}`,
        paths: [environmentFile?.path ?? path],
      })),
  }),
  rule({
    code: 'service-env-file-readable',
    severity: 'error',
    about: 'Other accounts may read the file with the secrets of the service.',
    needs: ['definition'],
    repair: 'mode',
    check: ({ definition: { environmentFile: file } }) =>
      when(file?.mode !== undefined && (file.mode & 0o077) !== 0, () => ({
        message: `other accounts may read the secrets of the service (mode ${octal(file?.mode ?? 0)}): ${file?.path}`,
        fix: `chmod 600 ${file?.path}`,
        paths: [file?.path ?? ''],
      })),
  }),
  rule({
    code: 'service-env-file-missing',
    severity: 'error',
    about: 'The file with the secrets that the definition names is not there: the service does not start.',
    needs: ['definition'],
    check: ({ definition: { environmentFile: file }, instance }) =>
      when(file !== undefined && !file.exists, () => ({
        message: `the definition names a file that is not there: ${file?.path}`,
        fix: `set the secret in the shell or in the config, then: ${instance.command} gateway install --force`,
        paths: [file?.path ?? ''],
      })),
  }),
  rule({
    code: 'systemd-unit-backup-unsafe',
    severity: 'warning',
    about: 'Other accounts may read copies of the definition, which hold what it held once.',
    needs: ['definition'],
    repair: 'mode',
    check: ({ definition: { copies } }) =>
      copies
        .filter(({ mode }) => mode !== undefined && (mode & 0o077) !== 0)
        .map(({ path, mode }) => ({
          message: `a copy of the definition is open to other accounts (mode ${octal(mode ?? 0)}): ${path}`,
          fix: `chmod 600 ${path}`,
          paths: [path],
        })),
  }),
];
