import { exactly, type MethodDefinition, shape, short, whole } from '../shape.ts';

const scope = 'operator.admin';

export const gatewayShutdown: MethodDefinition = {
  name: 'gateway.shutdown',
  summary:
    'Ends the gateway in good order, as SIGTERM does: for systems that have no such signal. Its manager may start it again.',
  scope,
  params: shape({ 'reason?': short('For the log and for the other clients') }),
  result: shape({ ok: exactly(true), pid: whole('The process that is ending') }),
};

export const gatewayRestart: MethodDefinition = {
  name: 'gateway.restart',
  summary: 'Restarts in place, as SIGUSR1 does, where the config lets it (commands.restart).',
  scope,
  params: shape({ 'reason?': short('For the log') }),
  result: shape({ ok: exactly(true), pid: whole() }),
};
