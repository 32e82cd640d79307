import type { WslState } from '../readings/wsl.ts';

/** What is said where systemd is missing only because nobody switched it on. */
export const WSL_TEXTS: Record<WslState, { message: string; hint: string }> = {
  off: {
    message: 'systemd is switched off in this WSL, and a service needs it',
    hint: 'put the lines [boot] and systemd=true into /etc/wsl.conf, then type in PowerShell: wsl --shutdown',
  },
  'not-restarted': {
    message: 'systemd is switched on in /etc/wsl.conf, and this WSL was not started again since',
    hint: 'type in PowerShell: wsl --shutdown; then open this Linux again',
  },
  'version-1': {
    message: 'this is WSL 1, which cannot run systemd, and a service needs it',
    hint: 'type in PowerShell, with the name that wsl --list shows: wsl --set-version NAME 2',
  },
};
