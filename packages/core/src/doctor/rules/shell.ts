import { nodeIssue } from '../node-versions.ts';
import { type Rule, rule, when } from '../rule.ts';

/** The shell that asks, and the Node that runs this command. None of it takes part in a repair. */
export const shellRules: readonly Rule[] = [
  rule({
    code: 'shell-redirects',
    severity: 'warning',
    about: 'Variables of the shell make commands mean something else than the record of the instance says.',
    needs: ['shell'],
    check: ({ shell: { redirecting } }) =>
      redirecting.map(({ name, value }) => ({
        message: `${name}=${value} in this shell is not what the instance has; the service does not see it`,
        fix: `unset ${name}`,
      })),
  }),
  rule({
    code: 'shell-contradicts',
    severity: 'error',
    about: 'The variables of the shell name two instances at once: other commands refuse to run.',
    needs: ['shell'],
    check: ({ shell: { contradiction } }) =>
      when(contradiction !== undefined, () => ({ message: contradiction?.message ?? '', fix: contradiction?.hint ?? '' })),
  }),
  rule({
    code: 'gateway-token-drift',
    severity: 'warning',
    about: 'The shell has a token or password that is not the one of the instance: commands from here are refused.',
    needs: ['shell'],
    check: ({ shell: { otherSecret } }) =>
      when(otherSecret !== undefined, () => ({
        message: `${otherSecret} in this shell is not the secret of the gateway`,
        fix: `unset ${otherSecret}`,
      })),
  }),
  rule({
    code: 'shell-home-differs',
    severity: 'warning',
    about: 'HOME is not the home directory of the account: services are looked for elsewhere.',
    needs: ['shell'],
    check: ({ shell: { home, accountHome } }) =>
      when(home !== undefined && home !== accountHome, () => ({
        message: `HOME is ${home}, and the home directory of this account is ${accountHome}`,
        fix: `if that is not meant: HOME=${accountHome}`,
      })),
  }),
  rule({
    code: 'shell-polygate-home',
    severity: 'warning',
    about: 'POLYGATE_HOME in the shell is not the one that the service has.',
    needs: ['shell', 'definition'],
    check: ({ shell: { polygateHome, definitionHome } }) =>
      when(polygateHome !== definitionHome, () => ({
        message: `POLYGATE_HOME is ${polygateHome ?? 'not set'} here, and ${definitionHome ?? 'not set'} for the service`,
        fix: definitionHome === undefined ? 'unset POLYGATE_HOME' : `export POLYGATE_HOME=${definitionHome}`,
      })),
  }),
  rule({
    code: 'shell-is-root',
    severity: 'warning',
    about: 'The command runs as root for another account (sudo): what it writes belongs to root.',
    needs: ['shell'],
    check: ({ shell: { isRoot, sudoUser }, instance }) =>
      when(isRoot && sudoUser !== undefined && sudoUser !== 'root', () => ({
        message: `this runs as root, called by ${sudoUser}: it looks at the instances of root`,
        fix: `without sudo: ${instance.command} doctor`,
      })),
  }),
  rule({
    code: 'node-too-old',
    severity: 'error',
    about: 'The Node that runs this command is older than the oldest that it works on.',
    needs: ['shell'],
    check: ({ shell: { node } }) => {
      const { tooOld } = nodeIssue(node);
      return when(tooOld !== undefined, () => ({ message: tooOld ?? '', fix: 'install a newer one' }));
    },
  }),
  rule({
    code: 'node-untested',
    severity: 'info',
    about: 'The Node that runs this command is newer than what it was tested on.',
    needs: ['shell'],
    check: ({ shell: { node } }) => {
      const { untested } = nodeIssue(node);
      return when(untested !== undefined, () => ({ message: untested ?? '', fix: 'if something odd happens, try an older one' }));
    },
  }),
  rule({
    code: 'product-pack-invalid',
    severity: 'warning',
    about: 'A file of yours that should describe a product does not.',
    needs: ['packs'],
    check: ({ packs }) => packs.map(({ message, hint }) => ({ message, fix: hint })),
  }),
];
