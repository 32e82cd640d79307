import type { TSchema } from 'typebox';
import { events } from './events.ts';
import { frames } from './frames.ts';
import { agent, agentWait } from './methods/agent.ts';
import { agentsList, modelsList } from './methods/agents-list.ts';
import { browserRequest } from './methods/browser-request.ts';
import { channelsLogout, channelsStatus, webLoginStart, webLoginWait } from './methods/channels-status.ts';
import { chatAbort, chatHistory, chatSend } from './methods/chat.ts';
import { configApply, configGet, configPatch, configSchema, configSet } from './methods/config.ts';
import { devicePairApprove, devicePairList, devicePairReject, devicePairRemove } from './methods/device-pair.ts';
import { deviceTokenRevoke, deviceTokenRotate } from './methods/device-token.ts';
import { gatewayRestart, gatewayShutdown } from './methods/gateway.ts';
import { health } from './methods/health.ts';
import { lastHeartbeat, setHeartbeats } from './methods/heartbeat.ts';
import { logsTail } from './methods/logs-tail.ts';
import { nodeEvent, nodeInvoke, nodeInvokeResult } from './methods/node-invoke.ts';
import { nodeDescribe, nodeList, nodeRename } from './methods/node-list.ts';
import { nodePairApprove, nodePairList, nodePairReject, nodePairRequest, nodePairVerify } from './methods/node-pair.ts';
import { send } from './methods/send.ts';
import { sessionsDelete, sessionsList, sessionsPreview, sessionsReset } from './methods/sessions.ts';
import { status } from './methods/status.ts';
import { systemEvent } from './methods/system-event.ts';
import { systemPresence } from './methods/system-presence.ts';
import { nodeShapes } from './nodes.ts';
import { sessionShapes } from './sessions.ts';
import type { MethodDefinition } from './shape.ts';

/** Version on the wire. */
export const protocolVersion: number = 3;

/** Shapes that have a name of their own on the wire or in the generated models. */
export const shapes: Record<string, TSchema> = { ...frames, ...nodeShapes, ...sessionShapes };

export const methods: MethodDefinition[] = [
  health,
  status,
  systemPresence,
  systemEvent,
  logsTail,
  channelsStatus,
  channelsLogout,
  webLoginStart,
  webLoginWait,
  agentsList,
  modelsList,
  sessionsList,
  sessionsPreview,
  sessionsReset,
  sessionsDelete,
  lastHeartbeat,
  setHeartbeats,
  send,
  agent,
  agentWait,
  chatSend,
  chatHistory,
  chatAbort,
  browserRequest,
  devicePairList,
  devicePairApprove,
  devicePairReject,
  devicePairRemove,
  deviceTokenRotate,
  deviceTokenRevoke,
  configGet,
  configSet,
  configPatch,
  configApply,
  configSchema,
  gatewayShutdown,
  gatewayRestart,
  nodeList,
  nodeDescribe,
  nodeRename,
  nodeInvoke,
  nodeInvokeResult,
  nodeEvent,
  nodePairRequest,
  nodePairList,
  nodePairApprove,
  nodePairReject,
  nodePairVerify,
];

export { events };
