import { type MethodParams, methodTable } from '@polygate/protocol';
import { validateParams } from '@polygate/protocol/server';
import type { GatewayState } from '../state.ts';
import { demand, WireError } from '../wire-error.ts';
import { agent, agentWait } from './agent.ts';
import { agentsList, modelsList } from './agents-list.ts';
import { browserRequest } from './browser-request.ts';
import { channelsLogout, channelsStatus, webLoginStart, webLoginWait } from './channels-status.ts';
import { chatAbort, chatHistory, chatSend } from './chat.ts';
import { configApply, configGet, configPatch, configSchema, configSet } from './config.ts';
import { devicePairApprove, devicePairList, devicePairReject, devicePairRemove } from './device-pair.ts';
import { deviceTokenRevoke, deviceTokenRotate } from './device-token.ts';
import { gatewayRestart, gatewayShutdown } from './gateway.ts';
import { health } from './health.ts';
import { lastHeartbeat, setHeartbeats } from './heartbeat.ts';
import { logsTail } from './logs-tail.ts';
import { type Caller, hasScope, type Method } from './method.ts';
import { nodeEvent, nodeInvoke, nodeInvokeResult } from './node-invoke.ts';
import { nodeDescribe, nodeList, nodeRename } from './node-list.ts';
import { nodePairApprove, nodePairList, nodePairReject, nodePairRequest, nodePairVerify } from './node-pair.ts';
import { send } from './send.ts';
import { sessionsDelete, sessionsList, sessionsPreview, sessionsReset } from './sessions.ts';
import { status } from './status.ts';
import { systemEvent } from './system-event.ts';
import { systemPresence } from './system-presence.ts';

/** Every method of the protocol has its handler here: the type leaves none out. */
const HANDLERS: { [N in keyof MethodParams]: Method<N> } = {
  health,
  status,
  'system-presence': systemPresence,
  'system-event': systemEvent,
  'logs.tail': logsTail,
  'channels.status': channelsStatus,
  'channels.logout': channelsLogout,
  'web.login.start': webLoginStart,
  'web.login.wait': webLoginWait,
  'agents.list': agentsList,
  'models.list': modelsList,
  'sessions.list': sessionsList,
  'sessions.preview': sessionsPreview,
  'sessions.reset': sessionsReset,
  'sessions.delete': sessionsDelete,
  'last-heartbeat': lastHeartbeat,
  'set-heartbeats': setHeartbeats,
  send,
  agent,
  'agent.wait': agentWait,
  'chat.send': chatSend,
  'chat.history': chatHistory,
  'chat.abort': chatAbort,
  'browser.request': browserRequest,
  'device.pair.list': devicePairList,
  'device.pair.approve': devicePairApprove,
  'device.pair.reject': devicePairReject,
  'device.pair.remove': devicePairRemove,
  'device.token.rotate': deviceTokenRotate,
  'device.token.revoke': deviceTokenRevoke,
  'config.get': configGet,
  'config.set': configSet,
  'config.patch': configPatch,
  'config.apply': configApply,
  'config.schema': configSchema,
  'gateway.shutdown': gatewayShutdown,
  'gateway.restart': gatewayRestart,
  'node.list': nodeList,
  'node.describe': nodeDescribe,
  'node.rename': nodeRename,
  'node.invoke': nodeInvoke,
  'node.invoke.result': nodeInvokeResult,
  'node.event': nodeEvent,
  'node.pair.request': nodePairRequest,
  'node.pair.list': nodePairList,
  'node.pair.approve': nodePairApprove,
  'node.pair.reject': nodePairReject,
  'node.pair.verify': nodePairVerify,
};

export const methodNames: string[] = Object.keys(HANDLERS);

/** Answers one request: known method, allowed, valid parameters, then its handler. @throws WireError */
export async function callMethod(name: string, params: unknown, state: GatewayState, caller: Caller): Promise<unknown> {
  return beginCall(name, params, state, caller);
}

/** The same, with the answer itself where there is nothing to wait for. @throws WireError */
export function beginCall(name: string, params: unknown, state: GatewayState, caller: Caller): unknown {
  const validate = Object.hasOwn(HANDLERS, name) ? validateParams[name] : undefined;
  if (!validate) throw new WireError('INVALID_REQUEST', `unknown method: ${name.slice(0, 100)}`);
  const { scope, role } = methodTable[name] ?? {};
  if (role && role !== caller.role) {
    throw new WireError('INVALID_REQUEST', `unauthorized role: ${caller.role}`, { details: { code: 'WRONG_ROLE', role } });
  }
  if (!hasScope(caller, scope)) {
    throw new WireError('INVALID_REQUEST', `missing scope: ${scope}`, { details: { code: 'MISSING_SCOPE', scope } });
  }
  const given = params ?? {};
  demand(validate, given, `${name} params`);
  const handler = HANDLERS[name as keyof MethodParams] as (params: unknown, state: GatewayState, caller: Caller) => unknown;
  return handler(given, state, caller);
}
