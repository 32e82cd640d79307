import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { climb } from './ladder.ts';

it('a connection that came while this process was held up is one', async () => {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as { port: number };
    const client = { id: 'cli', mode: 'cli', displayName: 'x', version: '0', platform: 'linux', instanceId: 'i' } as const;
    const climbed = climb({
      ...{ url: `ws://127.0.0.1:${port}`, token: undefined, password: undefined, client, timeoutMs: 30, healthPath: null },
      identify: async () => ({ ok: true, detail: '' }),
    } as Parameters<typeof climb>[0]);
    await Promise.resolve();
    for (const end = performance.now() + 100; performance.now() < end; );
    const { rungs } = await climbed;
    expect(rungs[0]).toMatchObject({ rung: 'tcp', ok: true });
  } finally {
    server.close();
  }
});
