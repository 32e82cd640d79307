import { anything, exactly, flag, type MethodDefinition, orNull, shape } from '../shape.ts';

export const lastHeartbeat: MethodDefinition = {
  name: 'last-heartbeat',
  summary: 'The last heartbeat of an agent; null when there was none.',
  scope: 'operator.read',
  params: shape({}),
  result: orNull(anything()),
};

export const setHeartbeats: MethodDefinition = {
  name: 'set-heartbeats',
  summary: 'Lets agents have heartbeats, or not, until the gateway ends.',
  scope: 'operator.admin',
  params: shape({ enabled: flag() }),
  result: shape({ ok: exactly(true), enabled: flag() }),
};
