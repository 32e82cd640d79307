import { RecordingProcesses } from '@polygate/testkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { serviceNotifier } from './service-notifier.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const env = (more: Record<string, string> = {}) => ({ PATH: '/bin', NOTIFY_SOCKET: '/run/n', ...more });

it('is none where no manager listens', () => {
  expect(serviceNotifier({ processes: new RecordingProcesses() }, { PATH: '/bin' })).toBeUndefined();
});

it('takes its variables out of the environment, so that no child speaks in its name', () => {
  const given = env({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1' });
  serviceNotifier({ processes: new RecordingProcesses() }, given);
  expect(given).toEqual({ PATH: '/bin' });
});

it('tells that it is ready, then three signs of life in a period, and that it stops', async () => {
  const processes = new RecordingProcesses();
  const notifier = serviceNotifier({ processes }, env({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: String(process.pid) }));
  await notifier?.ready('listening on ws://127.0.0.1:18789');
  await vi.advanceTimersByTimeAsync(60_000);
  await notifier?.stopping();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(processes.commands).toEqual([
    'systemd-notify --ready --status=listening on ws://127.0.0.1:18789',
    ...Array(3).fill('systemd-notify WATCHDOG=1'),
    'systemd-notify STOPPING=1 STATUS=stopping',
  ]);
  expect(processes.options[0]).toMatchObject({ env: { PATH: '/bin', NOTIFY_SOCKET: '/run/n' } });
});

it('gives no sign of life that is asked of another process, or not asked for', async () => {
  for (const watchdog of [{ WATCHDOG_USEC: '1000000', WATCHDOG_PID: '1' }, {}]) {
    const processes = new RecordingProcesses();
    await serviceNotifier({ processes }, env(watchdog as Record<string, string>))?.ready('x');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(processes.commands).toHaveLength(1);
  }
});

it('tells what it does, and that it reads its settings again', async () => {
  const processes = new RecordingProcesses();
  const notifier = serviceNotifier({ processes }, env());
  await notifier?.status('2 of 2 ready');
  await notifier?.reloading();
  await notifier?.ready('2 of 2 ready');
  expect(processes.commands).toEqual([
    'systemd-notify STATUS=2 of 2 ready',
    expect.stringMatching(/^systemd-notify RELOADING=1 MONOTONIC_USEC=\d+$/),
    'systemd-notify --ready --status=2 of 2 ready',
  ]);
});
