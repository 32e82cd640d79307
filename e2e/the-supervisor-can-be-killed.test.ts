import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { newFleet } from './support/killable-fleet.ts';
import { randomFrom } from './support/seeded.ts';

/** `npm run soak -- --adoption` asks for more, and where to write what it saw. */
const {
  POLYGATE_SOAK_ROUNDS: rounds = '2',
  POLYGATE_SOAK_CHILDREN: children = '10',
  POLYGATE_SOAK_SEED: seed = '1',
  POLYGATE_SOAK_FIGURES: figures,
} = process.env;
const [ROUNDS, COUNT] = [Number(rounds), Number(children)];
const whyNot = process.platform === 'linux' ? undefined : 'looks into /proc';

describe('a supervisor that is killed', () => {
  it.skipIf(whyNot)(
    unless(whyNot, `leaves ${COUNT} children running, and the next one adopts them, ${ROUNDS} times`),
    async () => {
      const random = randomFrom(Number(seed));
      const anyOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
      const fleet = await newFleet(COUNT);
      await fleet.up();
      let { supervisor, instances: before } = await fleet.allReady();
      for (let round = 1; round <= ROUNDS; round += 1) {
        // One dies right before: its successor may have been started and not yet be written down. Not an adopted one, whose end
        // is seen a little later.
        const early = anyOf(before.filter(({ supervised }) => !supervised.adopted));
        process.kill(early.pid as number, 'SIGKILL');
        await delay(random() * 60);
        await fleet.killSupervisor(supervisor.pid);
        // And one while nobody looks.
        const late = anyOf(before.filter(({ id }) => id !== early.id));
        process.kill(late.pid as number, 'SIGKILL');
        await delay(50 + random() * 150);
        const alive = fleet.children();
        for (const { id, pid } of before) {
          if (id === early.id) expect(alive.get(id)?.length ?? 0, `copies of ${id}`).toBeLessThanOrEqual(1);
          else expect(alive.get(id), id).toEqual(id === late.id ? undefined : [pid]);
        }
        const began = performance.now();
        await fleet.up();
        const { supervisor: next, instances: after } = await fleet.allReady();
        const tookMs = performance.now() - began;

        const now = fleet.children();
        for (const { id, pid, supervised } of after) {
          expect(now.get(id), `processes of ${id}`).toEqual([pid]);
          const [left] = alive.get(id) ?? [];
          expect([id, pid, supervised.adopted]).toEqual([id, left ?? pid, left !== undefined]);
        }
        const adopted = after.filter(({ supervised }) => supervised.adopted).length;
        if (figures) appendFileSync(figures, `${JSON.stringify({ round, children: COUNT, adopted, tookMs })}\n`);
        before = after;
        supervisor = next;
      }
      expect((await fleet.world.zero('down')).code).toBe(0);
      expect(fleet.children().size).toBe(0);
    },
    60_000 + COUNT * 3_000 + ROUNDS * 30_000,
  );
});
