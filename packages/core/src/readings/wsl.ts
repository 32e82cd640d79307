import { parse } from 'ini';

/** A Linux inside Windows without a running systemd, and what keeps it from running. */
export type WslState =
  /** WSL 1 has no Linux kernel: systemd never runs there. */
  | 'version-1'
  /** wsl.conf does not switch it on. */
  | 'off'
  /** wsl.conf switches it on, and it was not started again since. */
  | 'not-restarted';

/**
 * What keeps systemd from running, from the text of /proc/version and of /etc/wsl.conf (undefined when there is none);
 * undefined on a host that is no WSL. Kernels of WSL 1 say `Microsoft` after their number, those of WSL 2 `microsoft-standard`.
 */
export function readWsl(procVersion: string, wslConf: string | undefined): WslState | undefined {
  const [, flavour] = /^Linux version \S*?-(microsoft)\b/i.exec(procVersion) ?? [];
  if (flavour === undefined) return undefined;
  if (flavour === 'Microsoft') return 'version-1';
  const { boot } = parse(wslConf ?? '') as { boot?: { systemd?: unknown } };
  return String(boot?.systemd).toLowerCase() === 'true' ? 'not-restarted' : 'off';
}
