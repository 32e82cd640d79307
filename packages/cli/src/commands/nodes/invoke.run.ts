import { randomUUID } from 'node:crypto';
import { type NodeAnswerDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { jsonOption } from '../../jobs/json-option.ts';
import { findNode } from '../../jobs/nodes.ts';
import { numberOption } from '../../jobs/number-option.ts';

/** For the way to the gateway and back, beyond what the node has. */
const MARGIN_MS = 5_000;

export const run: Handler = async (context, options, [given = '', command = '']) => {
  const { params, idempotencyKey = randomUUID() } = options as { params?: string; idempotencyKey?: string };
  const asked = jsonOption('--params', params);
  const timeoutMs = numberOption('--invoke-timeout', options.invokeTimeout, 30_000);
  const { call, node } = await findNode(context, options, given);
  const { nodeId } = node;
  const request = { nodeId, command, timeoutMs, idempotencyKey, ...(asked === undefined ? {} : { params: asked }) };
  const { payload } = (await call('node.invoke', request, timeoutMs + MARGIN_MS)) as { payload?: unknown };
  const json: NodeAnswerDocument = { ok: true, schemaVersion: SCHEMA_VERSION, nodeId, command, payload };
  return { json, text: JSON.stringify(payload ?? null, null, 2) };
};
