import { type Rule, rule, when } from '../rule.ts';

const ILL = ['degraded', 'unresponsive', 'unauthorized', 'wrong-instance', 'parked'];

/** What a gateway says may begin with the very word. */
const withoutWord = (reason: string, verdict: string) =>
  reason.startsWith(`${verdict}: `) ? reason.slice(verdict.length + 2) : reason;

/** What runs. */
export const runningRules: readonly Rule[] = [
  rule({
    code: 'gateway-outside-service',
    severity: 'warning',
    about: 'A service is installed, and the gateway that runs is not the one that it started.',
    needs: ['running', 'service'],
    check: ({ running: { gateway }, service: { view, installed, name }, instance }) =>
      when(installed && gateway !== undefined && view !== undefined && view.pid === undefined, () => ({
        message: `the gateway (pid ${gateway?.pid}) was not started by ${name}, which is ${view?.state}`,
        fix: `end it where it was started, then: ${instance.command} gateway start`,
      })),
  }),
  rule({
    code: 'gateway-twice',
    severity: 'error',
    about: 'The service and somebody else run a gateway for this instance at once: one of the two cannot work.',
    needs: ['running', 'service'],
    check: ({ running: { gateway }, service: { view, name } }) =>
      when(gateway !== undefined && view?.pid !== undefined && ![gateway.pid, gateway.parent].includes(view.pid), () => ({
        message: `pid ${gateway?.pid} owns the state directory, and ${name} runs pid ${view?.pid}`,
        fix: `end the one that is not wanted: kill ${gateway?.pid}`,
      })),
  }),
  rule({
    code: 'gateway-old-version',
    severity: 'info',
    about: 'The gateway that runs was started by another version than the one that is installed.',
    needs: ['running'],
    check: ({ running: { gateway }, instance }) =>
      when(gateway !== undefined && instance.program === 'reference' && gateway.version !== instance.version, () => ({
        message: `version ${gateway?.version} runs, and ${instance.version} is installed`,
        fix: `${instance.command} gateway restart`,
      })),
  }),
  rule({
    code: 'gateway-crash-looping',
    severity: 'error',
    about: 'The gateway ends again and again.',
    needs: ['running'],
    check: ({ running: { verdict, reason, lastError }, instance }) =>
      when(verdict === 'crash-looping', () => ({
        message: `it does not stay up: ${lastError ?? reason}`,
        fix: `${instance.command} logs --limit 50`,
      })),
  }),
  rule({
    code: 'gateway-start-failed',
    severity: 'warning',
    about: 'The manager starts it again after a start that failed, and has not given up yet.',
    needs: ['running', 'service'],
    check: ({ running: { verdict, reason, lastError }, service: { view }, instance }) =>
      when(verdict === 'starting' && view?.state === 'starting' && view.restarts > 0 && !!view.lastExitStatus, () => ({
        message: `its last start failed: ${lastError ?? reason}`,
        fix: `${instance.command} logs --limit 50`,
      })),
  }),
  rule({
    code: 'gateway-not-well',
    severity: 'error',
    about: 'It runs or should run, and does not answer as it should; the words are those of `gateway status`.',
    needs: ['running'],
    check: ({ running: { verdict, reason, lastError, next }, instance }) =>
      when(ILL.includes(verdict), () => ({
        message: `it is ${verdict}: ${lastError ?? withoutWord(reason, verdict)}`,
        fix: next ?? `${instance.command} gateway status`,
      })),
  }),
  rule({
    code: 'gateway-stopped',
    severity: 'warning',
    about: 'A service is installed, and nothing runs.',
    needs: ['running', 'service'],
    check: ({ running: { verdict }, service: { installed, name, view }, instance }) =>
      when(installed && verdict === 'stopped' && view !== undefined && view.obstacle !== 'masked', () => ({
        message: `${name} is installed and does not run`,
        fix: `${instance.command} gateway start`,
      })),
  }),
];
