import { describe, expect, it } from 'vitest';
import { findPack } from './catalogue.ts';
import { restartSignal } from './restart-signal.ts';

describe('the signal to restart in place', () => {
  it.each([
    ['openclaw', '2026.1.30', 'SIGUSR1'],
    ['openclaw', '2026.9.1', 'SIGUSR1'],
    ['openclaw', '2026.9.6', 'SIGUSR2'],
    ['openclaw', 'v2027.1.0', 'SIGUSR2'],
    ['clawdbot', '2026.1.24-3', 'SIGUSR1'],
  ])('%s %s: %s', (product, version, signal) => {
    expect(restartSignal(findPack(product), version)).toBe(signal);
  });

  it.each([
    ['openclaw', '2026.9.3'],
    ['openclaw', '2026.9.6-beta.1'],
    ['openclaw', 'dev'],
    ['openclaw', undefined],
    ['openclaw', '2025.12.1'],
    ['zero', '0.1.0'],
  ])('%s %s: none is sent, as a wrong one does harm', (product, version) => {
    expect(restartSignal(findPack(product), version)).toBeUndefined();
  });
});
