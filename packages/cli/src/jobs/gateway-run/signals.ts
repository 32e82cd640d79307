/** Until there is a gateway, there is nothing to restart. */
let onRestartSignal = (signal: string): void => {
  process.stderr.write(`${signal} ignored: it has not started yet\n`);
};

let onShutdownCall: (reason: string) => void = () => undefined;

/** Ctrl+C, and on Windows also Ctrl+Break. */
const INTERRUPTS: readonly string[] = ['SIGINT', 'SIGBREAK'];

/**
 * What asks to stop first, a signal or a call, as a reason. Listened for from the start, so that no signal ends the process
 * half-way; later ones change nothing. On Windows SIGHUP is the end of the console or of the session.
 */
export function stopAsked(): Promise<string> {
  // Without a listener Node would open its inspector on this signal.
  process.on('SIGUSR1', (signal) => onRestartSignal(signal));
  const signals: NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];
  if (process.platform === 'win32') signals.push('SIGBREAK');
  return new Promise((resolve) => {
    onShutdownCall = resolve;
    for (const name of signals) process.on(name, () => resolve(INTERRUPTS.includes(name) ? 'interrupted' : 'gateway stopping'));
  });
}

/** A client with the right to do so asks it to stop. */
export function shutdownCalled(reason: string): void {
  onShutdownCall(reason);
}

/** From now on that signal is what this does. */
export function onRestart(restart: (signal: string) => void): void {
  onRestartSignal = restart;
}
