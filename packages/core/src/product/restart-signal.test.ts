import { describe, expect, it } from 'vitest';
import { findPack } from './catalogue.ts';
import { superviseOf } from './generation.ts';
import { referenceRestarts, restartSignal } from './restart-signal.ts';

const ofPack = (product: string, version: string | undefined) =>
  restartSignal(superviseOf(findPack(product))?.restartSignals, version);

describe('the signal to restart in place', () => {
  it.each([
    ['openclaw', '2026.1.30', 'SIGUSR1'],
    ['openclaw', '2026.9.1', 'SIGUSR1'],
    ['openclaw', '2026.9.6', 'SIGUSR2'],
    ['openclaw', 'v2027.1.0', 'SIGUSR2'],
    ['clawdbot', '2026.1.24-3', 'SIGUSR1'],
  ])('%s %s: %s', (product, version, signal) => {
    expect(ofPack(product, version)?.signal).toBe(signal);
  });

  it.each([
    ['openclaw', '2026.9.3'],
    ['openclaw', '2026.9.6-beta.1'],
    ['openclaw', 'dev'],
    ['openclaw', undefined],
    ['openclaw', '2025.12.1'],
    ['zero', '0.1.0'],
  ])('%s %s: none is sent, as a wrong one does harm', (product, version) => {
    expect(ofPack(product, version)).toBeUndefined();
  });

  it('of the gateway that is shipped is known for its own version alone, and where its config allows it', () => {
    const spans = referenceRestarts('0.1.0');
    expect(restartSignal(spans, '0.1.0')).toMatchObject({ signal: 'SIGUSR1', needs: 'commands.restart' });
    for (const other of ['0.0.9', '0.1.1', '2026.9.6']) expect(restartSignal(spans, other)).toBeUndefined();
  });
});
