import type { TestGateway } from './gateway.ts';
import type { Frame, RawClient } from './raw-client.ts';

/** A node that has said hello: it can evaluate on a canvas and take pictures. */
export async function connectNode(
  gateway: TestGateway,
  instanceId: string,
  client: Record<string, unknown> = {},
): Promise<RawClient> {
  const connected = await gateway.client({
    role: 'node',
    client: { id: 'node-host', version: '1.0.0', platform: 'ios', mode: 'node', instanceId, ...client },
    caps: ['canvas', 'camera'],
    commands: ['canvas.eval', 'camera.snap'],
  });
  return connected.client;
}

/** Has a node answer every call in this way, until it is gone. Gives the calls that came. */
export function answering(node: RawClient, answer: (call: Record<string, unknown>) => Record<string, unknown>): Frame[] {
  const calls: Frame[] = [];
  const isNew = (frame: Frame) => frame.event === 'node.invoke.request' && !calls.includes(frame);
  void (async () => {
    for (;;) {
      const call = await node.frame(isNew, 600_000);
      calls.push(call);
      const { id, nodeId } = call.payload as { id: string; nodeId: string };
      node.send({
        type: 'req',
        id: `answer ${id}`,
        method: 'node.invoke.result',
        params: { id, nodeId, ...answer(call.payload as Record<string, unknown>) },
      });
    }
  })().catch(() => undefined);
  return calls;
}
