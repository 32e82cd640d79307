import { type Rule, rule } from '../rule.ts';

const FINE = ['healthy', 'starting', 'stopped', 'not-installed', 'unknown'];

/** With --deep: what else there is. Nothing of it is ever touched: a sibling is no older name of anything. */
export const siblingRules: readonly Rule[] = [
  rule({
    code: 'sibling-not-well',
    severity: 'info',
    about: 'With `--deep`: another instance of this account is not well.',
    needs: ['siblings'],
    check: ({ siblings, instance }) =>
      siblings
        .filter(({ verdict }) => !FINE.includes(verdict))
        .map(({ id, verdict, reason }) => {
          const [product = '', profile = ''] = id.split('/');
          return {
            message: `${id} is ${verdict}: ${reason}`,
            fix: `${instance.command.split(' ')[0]} --product ${product} --profile ${profile} doctor`,
          };
        }),
  }),
  rule({
    code: 'other-service-on-instance',
    severity: 'error',
    about: 'With `--deep`: a service of another name runs a gateway on this very state directory.',
    needs: ['otherServices', 'service'],
    check: ({ otherServices, service: { legacy, path: own }, instance }) =>
      otherServices
        .filter(({ sameStateDir, path }) => sameStateDir && path !== own && !legacy.some((old) => old.path === path))
        .map(({ name, path }) => ({
          message: `${name} runs on ${instance.stateDir} as well`,
          fix: `keep one of the two: look at ${path}`,
          paths: [path],
        })),
  }),
];
