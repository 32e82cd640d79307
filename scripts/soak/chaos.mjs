import { setTimeout as delay } from 'node:timers/promises';
import { loadTs } from '../lib/load-ts.mjs';
import { actsOn } from './acts.mjs';
import { copies, grown, leftBehind, usageOf } from './checks.mjs';
import { newHerd } from './herd.mjs';
import { describeEvent, makePlan } from './plan.mjs';
import { seconds } from './story.mjs';

/** After the last event, until all have to be well again. */
const SETTLE_MS = 180_000;

/** Everything that can go wrong, by a plan that its seed alone decides. Resolves to whether all held in the end. */
export async function chaos({ minutes, seed, count, onlyPlan }) {
  const { randomFrom } = await loadTs('e2e/support/seeded.ts');
  const plan = makePlan({ random: randomFrom(seed), lengthMs: minutes * 60_000, count });
  console.log(`seed ${seed}: ${plan.length} events on ${count} instances in ${minutes} minutes`);
  if (onlyPlan) {
    for (const event of plan) console.log(describeEvent(event));
    return true;
  }
  const { childrenOf, processesOf } = await loadTs('e2e/support/marked-processes.ts');
  const herd = await newHerd(count);
  const children = () => childrenOf(herd.supervisorFolder);
  let failed = 0;
  const check = (name, wrong) => {
    console.log(`${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const line of wrong) console.log(`     ${line}`);
    if (wrong.length > 0) failed += 1;
  };
  const wellAgain = async () => {
    const began = Date.now();
    const late = await herd.settled(SETTLE_MS, (rows) => console.log(`     waiting: ${rows.map(lateLine).join('; ')}`));
    const lines = (late ?? []).map(lateLine);
    check(`all ${count} are ready (after ${seconds(Date.now() - began)})`, lines);
  };
  const supervisor = async () => (await herd.ps()).supervisor.pid;
  try {
    await herd.up();
    await wellAgain();
    await carryOut(plan, actsOn(herd, children));
    await wellAgain();
    check('each has one process, which ps tells', await copies(herd, children));
    const after = await usageOf(await supervisor());
    process.kill(await supervisor(), 'SIGKILL');
    await herd.up();
    await wellAgain();
    const fresh = await usageOf(await supervisor());
    check(`the supervisor has not grown: ${after.fds} open files, ${after.rss.toFixed(0)} MiB`, grown(fresh, after));
    await herd.polygate('down');
    check('nothing is left behind after down', await leftBehind(herd, () => processesOf(herd.supervisorFolder)));
  } finally {
    await herd.polygate('down');
    for (const { pid } of processesOf(herd.supervisorFolder)) process.kill(pid, 'SIGKILL');
    if (failed === 0) await herd.remove();
    else console.log(`left for a look: ${herd.home}`);
  }
  console.log(failed === 0 ? `all held (seed ${seed})` : `${failed} did not hold (seed ${seed})`);
  return failed === 0;
}

const lateLine = ({ id, verdict, reason }) => `${id} is ${verdict}${reason ? ` (${reason})` : ''}`;

async function carryOut(plan, acts) {
  const began = Date.now();
  const going = [];
  let broken;
  for (const event of plan) {
    await delay(Math.max(0, began + event.at - Date.now()));
    // Thrown here, and not where nobody waits: what runs is to be ended.
    if (broken) throw broken;
    console.log(describeEvent(event));
    const act = acts[event.kind](event);
    going.push(
      act.catch((error) => {
        broken = error;
      }),
    );
  }
  await Promise.all(going);
  if (broken) throw broken;
}
