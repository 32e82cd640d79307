import type { InstanceReport } from '@polygate/core/supervise';
import type { Fleet } from '@polygate/supervisor';

/** What is told costs a process: many changes at once are told of once. */
const QUIET_MS = 500;

/** Tells the service manager how the instances are, whenever that changes. Gives the way to stop. */
export function statusTeller(
  fleet: Fleet,
  tell: (text: string) => Promise<void>,
  textOf: (reports: readonly InstanceReport[]) => string,
): () => void {
  let told = '';
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    timer = undefined;
    const text = textOf(fleet.reports());
    if (text === told) return;
    told = text;
    void tell(text);
  };
  const silence = fleet.listen(() => {
    timer ??= setTimeout(look, QUIET_MS).unref();
  });
  return () => {
    silence();
    clearTimeout(timer);
  };
}
