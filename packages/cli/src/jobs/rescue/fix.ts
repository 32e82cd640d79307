import type { Context } from '../../context.ts';
import { carryOut } from '../carry-out.ts';
import { putBack } from '../config/rollback.ts';
import { ownServiceName } from '../service.ts';
import { foundScope } from '../service-scope.ts';
import { gather } from '../status/facts.ts';
import { withSupervisor } from '../supervise/ask.ts';
import { DEFAULT_WAIT_MS, untilSettled } from '../supervise/settled.ts';
import { untilHealthy } from '../until-healthy.ts';
import type { RescueFindings } from './look.ts';

const FOLLOWS_MS = 15_000;
const POLL_MS = 100;

/** Does what was proposed, in order; what a person has to do is left out. Gives what was done, a line each. */
export async function carryOutRescue(context: Context, { proposals, supervised }: RescueFindings): Promise<string[]> {
  const done: string[] = [];
  for (const { action } of proposals) {
    if (action === 'rollback') done.push(await rollBack(context, proposals.length === 1));
    else if (action === 'start' || action === 'restart')
      done.push(await (supervised ? restartSupervised(context) : bringUp(context, action)));
  }
  return done;
}

/** With nothing to follow, the gateway that runs has to take it over: that is waited for. */
async function rollBack(context: Context, isLast: boolean): Promise<string> {
  const { good, backup } = await putBack(context, await context.open({ live: true }));
  if (isLast) await untilFollowed(context, good.hash);
  return `went back to the config of ${new Date(good.at).toISOString()}; the former one is ${backup}`;
}

async function untilFollowed(context: Context, hash: string): Promise<void> {
  const { clock } = context.host;
  for (const end = clock.now() + FOLLOWS_MS; clock.now() < end; await clock.sleep(POLL_MS)) {
    const { health } = await gather(context, await context.open({ live: true }), {}, undefined, {
      probe: true,
      timeoutMs: 5_000,
    });
    const { config } = (health ?? {}) as { config?: { valid?: boolean; hash?: string } };
    if (config === undefined || (config.valid && config.hash === hash)) return;
  }
}

function restartSupervised(context: Context): Promise<string> {
  return withSupervisor(context, async (connection) => {
    const { id } = (await context.open({ live: true })).instance;
    await connection.ask('restart', { ids: [id], rolling: false });
    await untilSettled(connection, [id], DEFAULT_WAIT_MS);
    return 'the supervisor started it again';
  });
}

async function bringUp(asked: Context, kind: 'start' | 'restart'): Promise<string> {
  const { context, manager } = await foundScope(asked, {}, `gateway ${kind}`);
  const name = await ownServiceName(context, manager, await context.open({ live: true }));
  const before = await manager.status(name);
  const plan = await manager.plan(name, { kind });
  await carryOut(context, manager, name, plan.steps);
  const { pid } = await untilHealthy(context, manager, name, kind === 'restart' ? before?.pid : undefined);
  return `${name} is ${kind}ed and answers (pid ${pid})`;
}
