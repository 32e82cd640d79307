import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { configs } from './support/fuzz/configs.ts';
import { crowd, guessers } from './support/fuzz/crowd.ts';
import { fuzz } from './support/fuzz/fuzz.ts';
import { WIRE_CASES } from './support/fuzz/wire.ts';
import { startGateway } from './support/gateway.ts';
import { newWorld, ROOT } from './support/world.ts';

const SCHEMA = path.join(ROOT, 'packages/protocol/src/gen/schema.json');
const SEED = 20_261_125;

describe('the gateway', () => {
  it('answers ten thousand frames that may be anything, serves others meanwhile, and keeps none of it', async () => {
    const gateway = await startGateway(await newWorld());
    const target = { port: gateway.port, token: gateway.token, pid: gateway.running.pid as number, schemaPath: SCHEMA };
    await fuzz(target, { seed: SEED, frames: 2_000 });
    const report = await fuzz(target, { seed: SEED + 1, frames: 10_000 });
    expect(report.frames).toBeGreaterThanOrEqual(10_000);
    expect(report.faults).toEqual([]);
    expect(report.served).toBeGreaterThan(0);
    expect(report.answers.ok).toBeGreaterThan(1_000);
    expect(report.answers.INVALID_REQUEST).toBeGreaterThan(2_000);
    expect(report.answers['closed 1008']).toBeGreaterThan(50);
    const { client } = await gateway.client();
    expect((await client.request('still', 'health')).ok).toBe(true);
    // What is no frame, or no text, ends its socket with the code of RFC 6455; what is one in an odd way is answered.
    const wire = await Promise.all(WIRE_CASES.map(async ({ name, run }) => [name, await run(target)]));
    expect(wire.filter(([, fault]) => fault !== undefined)).toEqual([]);
    expect(readFileSync(`/proc/${target.pid}/cmdline`, 'utf8')).toContain('gateway');
    // Generous: what a collector has not looked at yet counts too.
    expect(report.rssAfter as number).toBeLessThan((report.rssBefore as number) + 150_000);
    expect(gateway.running.stdout + gateway.running.stderr).not.toMatch(/request failed|handshake failed|Warning/);
  }, 120_000);

  it('takes over no config by which it could not go on, whatever is sent as one, and serves others meanwhile', async () => {
    const gateway = await startGateway(await newWorld());
    const report = await configs(gateway, { seed: SEED, requests: 120 });
    expect(report).toMatchObject({ faults: [], last: { valid: true } });
    expect(report.served).toBeGreaterThan(0);
    expect(report.answers.ok).toBeGreaterThan(0);
    expect(report.answers.CONFIG_INVALID).toBeGreaterThan(0);
    expect(report.answers.CONFIG_CHANGED).toBeGreaterThan(0);
    expect(readFileSync(gateway.configPath, 'utf8')).toContain(gateway.token);
    expect(statSync(gateway.configPath).mode & 0o777).toBe(0o600);
    expect(gateway.running.stdout + gateway.running.stderr).not.toMatch(/request failed|Warning/);
  }, 120_000);

  it('cuts off those that do not read, tells everybody else every event, and keeps its door open for good clients', async () => {
    const gateway = await startGateway(await newWorld());
    const report = await crowd(gateway, { idle: 100, slow: 10, watchers: 5 });
    expect(report).toMatchObject({ cutOff: 10, missed: 0, idleLost: 0, cameIn: true });
    expect(report.events).toBeGreaterThan(0);
  }, 120_000);

  it('serves a good client while others guess its secret', async () => {
    const gateway = await startGateway(await newWorld());
    const report = await guessers(gateway, { guesses: 200, atOnce: 50 });
    expect(report).toMatchObject({ refused: 200, cameIn: expect.any(Number) });
    expect(report.cameIn).toBeGreaterThan(0);
  }, 120_000);
});
