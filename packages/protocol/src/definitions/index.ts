import type { TSchema } from 'typebox';
import { events } from './events.ts';
import { frames } from './frames.ts';
import { configApply, configGet, configPatch, configSchema, configSet } from './methods/config.ts';
import { devicePairApprove, devicePairList, devicePairReject, devicePairRemove } from './methods/device-pair.ts';
import { deviceTokenRevoke, deviceTokenRotate } from './methods/device-token.ts';
import { health } from './methods/health.ts';
import { logsTail } from './methods/logs-tail.ts';
import { status } from './methods/status.ts';
import { systemEvent } from './methods/system-event.ts';
import { systemPresence } from './methods/system-presence.ts';
import type { MethodDefinition } from './shape.ts';

/** Version on the wire. */
export const protocolVersion: number = 3;

/** Shapes that have a name of their own on the wire or in the generated models. */
export const shapes: Record<string, TSchema> = frames;

export const methods: MethodDefinition[] = [
  health,
  status,
  systemPresence,
  systemEvent,
  logsTail,
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
];

export { events };
