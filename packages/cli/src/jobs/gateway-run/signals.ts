/** Until there is a gateway, there is nothing to restart. */
let onRestartSignal = (signal: string): void => {
  process.stderr.write(`${signal} ignored: it has not started yet\n`);
};

/** The first signal that asks to stop. Listened for from the start, so that none ends the process half-way; later ones change nothing. */
export function stopSignal(): Promise<NodeJS.Signals> {
  // Without a listener Node would open its inspector on this signal.
  process.on('SIGUSR1', (signal) => onRestartSignal(signal));
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => resolve(name));
  });
}

/** From now on that signal is what this does. */
export function onRestart(restart: (signal: string) => void): void {
  onRestartSignal = restart;
}
