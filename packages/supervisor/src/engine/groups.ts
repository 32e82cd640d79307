/** Signals a process group. False when there is nobody in it. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  return send(-pid, signal);
}

/** Signals one process. False when it is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  return send(pid, signal);
}

/** Waits, for `boundMs` at most, until nobody is left of what was killed. A zombie that nobody reaps would stay for ever. */
export async function untilGone(isThere: () => boolean, boundMs = 1_000): Promise<void> {
  for (let waited = 0, pause = 1; waited < boundMs && isThere(); waited += pause, pause = Math.min(20, pause * 2)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return false;
    // Somebody is there that this account may not signal: a setuid program.
    if (code === 'EPERM') return true;
    throw error;
  }
}
