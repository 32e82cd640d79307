import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { newDevice } from './support/device.ts';
import { startGateway } from './support/gateway.ts';
import { answering, connectNode } from './support/node.ts';
import { newWorld } from './support/world.ts';

describe('a node', () => {
  it('that is connected runs the commands that it advertises, for whoever may ask', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const main = (...args: string[]) => world.zero('--profile', 'main', 'nodes', ...args);
    expect((await main('list')).stdout).toBe('No node is paired or connected.\n');
    const node = await connectNode(gateway, 'phone-1', { displayName: 'Phone' });
    const asked = answering(node, ({ paramsJSON }) => ({
      ok: true,
      payload: { got: JSON.parse(String(paramsJSON)) as unknown },
    }));
    expect((await main('describe', 'Phone')).stdout).toMatch(
      /Phone\n {2}Id: +phone-1\n[\s\S]*Commands: +canvas\.eval, camera\.snap/,
    );
    const invoked = await main('invoke', 'phone', 'canvas.eval', '--params', '{"js":"1+1"}', '--idempotency-key', 'k1', '--json');
    expect(invoked.json()).toMatchObject({ ok: true, nodeId: 'phone-1', payload: { got: { js: '1+1' } } });
    const again = await main('invoke', 'phone', 'canvas.eval', '--params', '{"js":"2+2"}', '--idempotency-key', 'k1', '--json');
    expect(again.json()).toEqual(invoked.json());
    expect(asked).toHaveLength(1);

    expect(await main('invoke', 'phone', 'system.run', '--json')).toMatchObject({ code: 1 });
    const { client: reader } = await gateway.client({ scopes: ['operator.read'] });
    const refused = await reader.request('1', 'node.invoke', { nodeId: 'phone-1', command: 'canvas.eval', idempotencyKey: 'k2' });
    expect(refused.error).toMatchObject({ details: { code: 'MISSING_SCOPE', scope: 'operator.write' } });
    expect(
      (await reader.request('2', 'node.invoke.result', { id: 'x', nodeId: 'phone-1', ok: true })).error?.details,
    ).toMatchObject({
      code: 'WRONG_ROLE',
    });
    expect((await node.request('1', 'node.list')).error?.details).toMatchObject({ code: 'MISSING_SCOPE' });
    await node.request('2', 'node.event', { event: 'voice.transcript', payload: { text: 'hi' } });
    expect((await reader.event('node.event')).payload).toMatchObject({ nodeId: 'phone-1', payload: { text: 'hi' } });
  });

  it('that goes ends the calls that wait for it, and one that does not answer ends them in time', async () => {
    const gateway = await startGateway(await newWorld());
    const { client } = await gateway.client();
    const invoke = (id: string, timeoutMs: number) =>
      client.request(id, 'node.invoke', { nodeId: 'phone-1', command: 'canvas.eval', timeoutMs, idempotencyKey: id });
    const node = await connectNode(gateway, 'phone-1');
    expect((await invoke('late', 50)).error).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'node invoke timed out (canvas.eval, 50 ms)',
      details: { nodeError: { code: 'TIMEOUT', message: 'node invoke timed out' } },
    });
    const waiting = invoke('cut', 3_600_000);
    await node.frame((f) => f.event === 'node.invoke.request' && JSON.stringify(f.payload).includes('"cut"'));
    node.terminate();
    expect((await waiting).error).toMatchObject({
      message: 'node disconnected (canvas.eval)',
      details: { code: 'NOT_CONNECTED' },
    });
    expect((await invoke('gone', 50)).error).toMatchObject({ code: 'UNAVAILABLE', message: 'node not connected' });

    // A gateway that stops does not wait for a node.
    await connectNode(gateway, 'phone-1');
    const last = invoke('stop', 3_600_000);
    await client.request('sync', 'health');
    const stopped = gateway.running.stop();
    expect((await last).error).toMatchObject({ code: 'UNAVAILABLE', message: 'gateway stopping' });
    await stopped;
  });

  it('is paired with a token that is told once, and is known after a restart of the gateway', async () => {
    const world = await newWorld();
    const gateway = await startGateway(world);
    const main = (...args: string[]) => world.zero('--profile', 'main', 'nodes', ...args);
    const { client } = await gateway.client();
    for (const nodeId of ['attic', 'cellar'])
      await client.request(nodeId, 'node.pair.request', { nodeId, displayName: `The ${nodeId}` });
    expect((await client.event('node.pair.requested')).payload).toMatchObject({ nodeId: 'attic' });
    const { pending } = (await main('pending', '--json')).json<{ pending: { requestId: string; nodeId: string }[] }>();
    const requestOf = (nodeId: string) => pending.find((p) => p.nodeId === nodeId)?.requestId ?? '';
    expect((await main('approve', '--json')).json()).toMatchObject({ error: { code: 'NODE_UNKNOWN' } });
    const approved = await main('approve', requestOf('attic'), '--out', 'token.txt', '--json', '--verbose');
    expect(approved.json()).toMatchObject({ action: 'approved', nodeId: 'attic' });
    expect((await main('reject')).stdout).toBe('The cellar is turned away.\n');
    expect((await client.event('node.pair.resolved')).payload).toMatchObject({ nodeId: 'attic', decision: 'approved' });
    expect((await main('rename', 'attic', 'Under the roof')).code).toBe(0);

    const token = (await readFile(world.at('token.txt'), 'utf8')).trim();
    const file = `${gateway.stateDir}/nodes/nodes.json`;
    expect([(await stat(world.at('token.txt'))).mode & 0o777, (await stat(file)).mode & 0o777]).toEqual([0o600, 0o600]);
    const { running } = gateway;
    for (const text of [approved.stdout, approved.stderr, running.stdout, running.stderr, await readFile(file, 'utf8')])
      expect(text).not.toContain(token);

    await running.stop();
    const { client: later } = await (await startGateway(world)).client();
    expect((await later.request('1', 'node.pair.verify', { nodeId: 'attic', token })).payload).toMatchObject({ ok: true });
    expect((await later.request('2', 'node.describe', { nodeId: 'attic' })).payload).toMatchObject({
      displayName: 'Under the roof',
      paired: true,
      connected: false,
    });
  });

  it('with a device identity is known by that, and stays known when it is away', async () => {
    const gateway = await startGateway(await newWorld());
    const device = newDevice();
    const node = await gateway.socket();
    const params = { ...(await device.connect(node, gateway.token, { role: 'node', scopes: [] })), commands: ['run'] };
    expect((await node.request('1', 'connect', params)).ok).toBe(true);
    const { client } = await gateway.client();
    expect((await client.request('1', 'node.describe', { nodeId: device.id })).payload).toMatchObject({
      connected: true,
      commands: ['run'],
    });
    node.close();
    await client.frame((f) => f.event === 'presence' && JSON.stringify(f.payload).includes('"disconnect"'));
    expect((await client.request('2', 'node.describe', { nodeId: device.id })).payload).toMatchObject({
      connected: false,
      paired: true,
    });
  });
});
