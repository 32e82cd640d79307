import { overridingKeys } from '../../service/systemd-policy.ts';
import { type Rule, rule, when } from '../rule.ts';

/** The definition as a whole. */
export const definitionRules: readonly Rule[] = [
  rule({
    code: 'gateway-command-missing',
    severity: 'error',
    about: 'The definition names no program.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { content, path }, instance }) =>
      when(content === undefined || content.argv.length === 0, () => ({
        message: `the definition says nothing of what to run: ${path}`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-definition-drift',
    severity: 'warning',
    about: 'What is installed is not what would be installed now, field by field.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { drift, path }, instance }) =>
      when(drift.length > 0, () => ({
        message: `the definition differs: ${drift
          .map(({ field, installed, wanted }) => `${field}: ${installed ?? 'nothing'} -> ${wanted ?? 'nothing'}`)
          .join('; ')}`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-definition-overridden',
    severity: 'warning',
    about: 'A drop-in changes what the service runs. Drop-ins are kept by every command.',
    needs: ['definition'],
    check: ({ definition: { overrides } }) =>
      overrides.flatMap(({ path, keys }) => {
        const found = overridingKeys(keys);
        return when(found.length > 0, () => ({
          message: `a drop-in changes what the service runs (${found.join(', ')}): ${path}`,
          fix: `if that is not meant, remove it: rm ${path}`,
          paths: [path],
        }));
      }),
  }),
  rule({
    code: 'gateway-definition-writable',
    severity: 'error',
    about: 'Other accounts may change what the service runs.',
    needs: ['definition'],
    repair: 'mode',
    check: ({ definition: { path, mode } }) =>
      when(mode !== undefined && (mode & 0o022) !== 0, () => ({
        message: `other accounts may write the definition (mode ${octal(mode ?? 0)}): ${path}`,
        fix: `chmod go-w ${path}`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-custom-environment',
    severity: 'info',
    about:
      'The definition sets variables that nothing else has. A replaced definition would lose them, so `--fix` does not replace it.',
    needs: ['definition'],
    check: ({ definition: { environment, path } }) =>
      when(environment.custom.length > 0, () => ({
        message: `only the definition sets ${environment.custom.join(', ')}: ${path}`,
        fix: 'put them into env.vars of the config, or into a drop-in, which every command keeps; then replace the definition',
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-port-mismatch',
    severity: 'error',
    about: 'The service is started on another port than the config says: an edit of the port in the config does nothing.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { port, path }, instance }) =>
      when(port !== undefined && port !== instance.port, () => ({
        message: `the service is started on port ${port}, and the port of ${instance.id} is ${instance.port}`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
];

export const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
