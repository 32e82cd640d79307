import { afterEach, expect, it } from 'vitest';
import { shutdownCalled, stopAsked } from './signals.ts';

const SIGNALS: NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBREAK', 'SIGUSR1'];
const { platform } = process;
const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));

afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform });
  for (const [signal, kept] of before)
    for (const listener of process.listeners(signal)) if (!kept.includes(listener)) process.off(signal, listener);
});

it.each([
  ['SIGTERM', 'gateway stopping'],
  ['SIGINT', 'interrupted'],
  ['SIGBREAK', 'interrupted'],
  ['SIGHUP', 'gateway stopping'],
] as const)('on Windows %s, be it of the console or of its end, asks to stop: %s', async (signal, reason) => {
  Object.defineProperty(process, 'platform', { value: 'win32' });
  const asked = stopAsked();
  process.emit(signal, signal);
  expect(await asked).toBe(reason);
});

it('the first that asks counts, a call like a signal', async () => {
  const asked = stopAsked();
  shutdownCalled('gateway stop');
  process.emit('SIGTERM', 'SIGTERM');
  expect(await asked).toBe('gateway stop');
});
