import { appendFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { footprintOf, onboardAtOnce, portsOf } from './support/onboard-at-once.ts';
import { newWorld, type World } from './support/world.ts';

/** `npm run soak` asks for more, and where to write how long it took. */
const { POLYGATE_SOAK_PROCESSES: asked = '12', POLYGATE_SOAK_FIGURES: figures } = process.env;
const COUNT = Number(asked);

const ledgerOf = async (world: World) =>
  JSON.parse(await readFile(world.at('.local/share/polygate/ledger.json'), 'utf8')) as {
    instances: { profile: string; port: number }[];
  };

describe('onboard --non-interactive, many at once', () => {
  it(
    `gives ${COUNT} profiles ${COUNT} disjoint footprints`,
    async () => {
      const world = await newWorld();
      const profiles = Array.from({ length: COUNT }, (_, i) => `p${i}`);
      const start = performance.now();
      const done = await onboardAtOnce(world, profiles);
      const tookMs = performance.now() - start;
      for (const { code, profile, stderr, stdout } of done) expect([code, stderr], `${profile}\n${stdout}`).toEqual([0, '']);

      const ports = done.flatMap((one) => portsOf(footprintOf(one)));
      expect(ports.length).toBe(COUNT * 103);
      expect(new Set(ports).size).toBe(ports.length);
      const recorded = (await ledgerOf(world)).instances.map((e) => `${e.profile} ${e.port}`).sort();
      expect(recorded).toEqual(done.map((one) => `${one.profile} ${footprintOf(one).gateway}`).sort());
      for (const one of done) {
        const config = await readFile(world.at(`.zero-${one.profile}/zero.json`), 'utf8');
        expect((JSON.parse(config) as { gateway: { port: number } }).gateway.port).toBe(footprintOf(one).gateway);
      }
      expect(await readdir(world.at('.local/share/polygate'))).toEqual(['ledger.json']);
      const slowest = Math.max(...done.map((one) => one.ms));
      if (figures)
        appendFileSync(figures, `${JSON.stringify({ processes: COUNT, tookMs, slowestMs: slowest, ports: ports.length })}\n`);
    },
    COUNT * 10_000,
  );

  it('of one profile makes it once, and the others find it made', async () => {
    const world = await newWorld();
    const done = await onboardAtOnce(world, ['same', 'same', 'Same', 'same']);
    const results = done.map(({ code, stdout, stderr }) => [code, stderr, (JSON.parse(stdout) as { result: string }).result]);
    expect(results.filter(([, , result]) => result === 'created')).toEqual([[0, '', 'created']]);
    expect(results.filter(([, , result]) => result === 'unchanged')).toHaveLength(3);
    expect(new Set(done.map((one) => footprintOf(one).gateway)).size).toBe(1);
    expect((await ledgerOf(world)).instances).toHaveLength(1);
  });
});
