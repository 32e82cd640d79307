import { nodeIssue } from '../node-versions.ts';
import { type Rule, rule, when } from '../rule.ts';

const VERSION_MANAGER =
  /\/(\.nvm|\.fnm|fnm_multishells|\.volta|\.asdf|\.nodenv|\.nodebrew|\.local\/share\/(fnm|mise|rtx)|\.nvs|\.n)\//;
/** `/opt/node-20.17.0/bin`, `/versions/node/v20.17.0/bin`, `/Cellar/node/20.17.0/bin`. */
const PINNED = /\/(node[-@_]?)?v?\d+\.\d+\.\d+[^/]*\//;

/** What the definition runs, and with what. */
export const programRules: readonly Rule[] = [
  rule({
    code: 'gateway-runtime-gone',
    severity: 'error',
    about: 'The program that the definition names is not there (systemd: exit 203).',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { program, path }, instance }) =>
      when(program !== undefined && !program.exists, () => ({
        message: `the service runs ${program?.path}, which is not there`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-entrypoint-gone',
    severity: 'error',
    about: 'The script that the definition names is not there.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { entry, path }, instance }) =>
      when(entry !== undefined && !entry.exists, () => ({
        message: `the service runs ${entry?.path}, which is not there`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-entrypoint-mismatch',
    severity: 'warning',
    about: 'The definition runs another installation than the one that looks.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { entry, wanted, path }, instance }) =>
      when(entry?.exists === true && wanted !== undefined && entry.path !== wanted.entry, () => ({
        message: `the service runs ${entry?.path}, and this is ${wanted?.entry}`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-runtime-bun',
    severity: 'warning',
    about: 'The definition runs Bun, which the channels of the family are not made for.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { program, path }, instance }) =>
      when(program?.runtime === 'bun', () => ({
        message: `the service runs on Bun (${program?.path})`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-runtime-node-version-manager',
    severity: 'warning',
    about: 'Node comes from a version manager: an upgrade there takes it away from the service.',
    needs: ['definition'],
    check: ({ definition: { program }, instance }) =>
      when(program?.runtime === 'node' && VERSION_MANAGER.test(program.path), () => ({
        message: `the service runs the Node of a version manager: ${program?.path}`,
        fix: `install Node for the whole system, then: ${instance.command} gateway install --force`,
      })),
  }),
  rule({
    code: 'gateway-runtime-node-system-missing',
    severity: 'info',
    about: 'Beside the Node of the version manager there is none that the service could use.',
    needs: ['definition'],
    check: ({ definition: { program } }) =>
      when(program?.runtime === 'node' && VERSION_MANAGER.test(program.path) && program.systemNode === undefined, () => ({
        message: 'there is no Node outside of version managers (/usr/local/bin, /usr/bin)',
        fix: 'install one with the package manager of the system',
      })),
  }),
  rule({
    code: 'gateway-runtime-version-pinned',
    severity: 'warning',
    about: 'The path of Node has its version in it: the next upgrade removes it.',
    needs: ['definition'],
    check: ({ definition: { program }, instance }) =>
      when(program?.runtime === 'node' && PINNED.test(program.path) && !VERSION_MANAGER.test(program.path), () => ({
        message: `the path of Node is that of one version: ${program?.path}`,
        fix: `make a link that upgrades keep (/usr/local/bin/node), then: ${instance.command} gateway install --force`,
      })),
  }),
  rule({
    code: 'gateway-runtime-probe-failed',
    severity: 'error',
    about: 'The Node of the definition does not run, or is one that the gateway does not work on.',
    needs: ['definition'],
    check: ({ definition: { program }, instance }) => {
      if (program?.runtime !== 'node' || !program.exists) return [];
      const issue = program.failure ?? (program.version === undefined ? undefined : nodeIssue(program.version).tooOld);
      return when(issue !== undefined, () => ({
        message: `the Node of the service, ${program.path}: ${issue}`,
        fix: `install a Node that works, then: ${instance.command} gateway install --force`,
      }));
    },
  }),
  rule({
    code: 'gateway-path-missing',
    severity: 'warning',
    about: 'The definition sets no PATH: the service finds only what its manager finds.',
    needs: ['definition'],
    repair: 'install',
    // Windows gives each process that of its account.
    check: ({ definition: { content, path, windows }, instance }) =>
      when(windows === undefined && content !== undefined && content.environment.PATH === undefined, () => ({
        message: `the definition sets no PATH: ${path}`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  rule({
    code: 'gateway-path-missing-dirs',
    severity: 'warning',
    about: 'The PATH of the service lacks directories of the system.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { content, path, windows }, instance }) => {
      const dirs = windows === undefined ? content?.environment.PATH?.split(':') : undefined;
      const lacking = ['/usr/bin', '/bin'].filter((dir) => dirs !== undefined && !dirs.includes(dir));
      return when(lacking.length > 0, () => ({
        message: `the PATH of the service lacks ${lacking.join(', ')}`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      }));
    },
  }),
  rule({
    code: 'gateway-path-nonminimal',
    severity: 'info',
    about: 'The PATH of the service leads into version managers or temporary directories of a shell.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { content, path }, instance }) => {
      const odd = (content?.environment.PATH ?? '')
        .split(':')
        .filter((dir) => VERSION_MANAGER.test(`${dir}/`) || /^\/(tmp|run)\//.test(dir));
      return when(odd.length > 0, () => ({
        message: `the PATH of the service leads to ${odd.join(', ')}`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      }));
    },
  }),
  rule({
    code: 'gateway-program-not-chosen',
    severity: 'info',
    about: 'The state directory was not made by Polygate, and nobody has said which program runs on it.',
    needs: ['instance'],
    check: ({ instance: { program, id, command } }) =>
      when(program === undefined, () => ({
        message: `which program runs as the gateway of ${id} was never said`,
        fix: `${command} setup --program reference, or --program with the command that runs it`,
      })),
  }),
];
