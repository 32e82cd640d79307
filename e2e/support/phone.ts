import { createServer, type Socket } from 'node:net';
import { afterTest, type World } from './world.ts';

export interface Told {
  do: 'connect' | 'send' | 'logout' | 'end';
  linked?: boolean;
  jid?: string;
  content?: { text?: string };
  messageId?: string;
}

/** The other side of the double in fixtures/packages/baileys: the phone, and what WhatsApp would say. */
export interface Phone {
  /** Path of its socket, for the variable PHONE. */
  path: string;
  told: Told[];
  /** The first thing of this kind, from a place on, among those that were told and those that will be. */
  tells(kind: Told['do'], from?: number): Promise<Told>;
  say(...lines: object[]): void;
}

export async function startPhone(world: World): Promise<Phone> {
  const path = world.at('phone.sock');
  const told: Told[] = [];
  const sockets = new Set<Socket>();
  const wake: (() => void)[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      told.push(...lines.map((line) => JSON.parse(line) as Told));
      for (const go of wake.splice(0)) go();
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  afterTest(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    path,
    told,
    say(...lines) {
      for (const socket of sockets) socket.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    },
    async tells(kind, from = 0) {
      for (const end = Date.now() + 20_000; ; ) {
        const found = told.slice(from).find((each) => each.do === kind);
        if (found) return found;
        if (Date.now() > end) throw new Error(`never told ${kind}: ${JSON.stringify(told)}`);
        await new Promise<void>((resolve) => {
          wake.push(resolve);
          setTimeout(resolve, 200);
        });
      }
    },
  };
}
