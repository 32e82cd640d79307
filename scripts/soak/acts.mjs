import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describeEvent } from './plan.mjs';

const TAKE_PORT_MS = 1_000;
const MAY_WAIT = 3;

/** What each kind of event of the plan does. `children()` gives the live processes by instance. */
export function actsOn(herd, children) {
  const oneOf = ({ index }) => herd.instances[index % herd.instances.length];
  const signalChild = (instance, name) => {
    for (const pid of children().get(instance.id) ?? []) signal(pid, name);
  };
  /** Commands wait for each other: while the supervisor is dead there is nobody to ask. */
  let last = Promise.resolve();
  let waiting = 0;
  const inTurn = async (event, body) => {
    // A machine that is slower than the plan would be busy with commands alone, long after the last event.
    if (waiting >= MAY_WAIT) return console.log(`${describeEvent(event)}: left out, ${waiting} commands are waiting`);
    waiting += 1;
    last = last.then(body).finally(() => {
      waiting -= 1;
    });
    return last;
  };
  return {
    kill: async (event) => signalChild(oneOf(event), 'SIGKILL'),
    end: async (event) => signalChild(oneOf(event), 'SIGTERM'),
    /** Where only a connection is asked for, the system itself answers for a paused process: that one goes on by itself. */
    async wedge(event) {
      const instance = oneOf(event);
      signalChild(instance, 'SIGSTOP');
      if (instance.kind !== 'tcp') return;
      await delay(event.forMs);
      signalChild(instance, 'SIGCONT');
    },
    settings: (event) => herd.configure(oneOf(event)),
    async thief(event) {
      const instance = oneOf(event);
      signalChild(instance, 'SIGKILL');
      const server = await take(instance.port);
      if (!server) return;
      await delay(event.forMs);
      server.close();
    },
    stop: (event) =>
      inTurn(event, async () => {
        const { name } = oneOf(event);
        await herd.polygate('down', name);
        await delay(event.forMs);
        await herd.up(name);
      }),
    supervisor: (event) =>
      inTurn(event, async () => {
        const { supervisor } = await herd.ps();
        if (supervisor) signal(supervisor.pid, 'SIGKILL');
        await delay(event.forMs);
        await herd.up();
      }),
  };
}

/** A stranger's server on the port, if it can be had before the instance is back. */
async function take(port) {
  for (const end = Date.now() + TAKE_PORT_MS; Date.now() < end; await delay(1)) {
    const server = createServer((socket) => socket.on('error', () => undefined).resume());
    server.listen(port, '127.0.0.1');
    const taken = await Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)]).catch(
      () => false,
    );
    if (taken) return server;
  }
  return undefined;
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
