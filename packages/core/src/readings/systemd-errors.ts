/** Why a systemctl or loginctl call could not be carried out, told from its text (systemd 252, LC_ALL=C). */
export type SystemdFailure = 'not-booted' | 'no-user-bus' | 'foreign-bus' | 'denied' | 'start-limit' | 'no-unit' | 'other';

const PATTERNS: [SystemdFailure, RegExp][] = [
  ['not-booted', /not been booted with systemd|Host is down/],
  // No medium found: neither XDG_RUNTIME_DIR nor a bus address. No such file: no manager runs for the account.
  [
    'no-user-bus',
    /Failed to connect to bus: (No medium found|No such file or directory|Connection refused)|not defined \(consider using --machine/,
  ],
  // Another account's runtime directory: sudo -E, or a stray XDG_RUNTIME_DIR.
  ['foreign-bus', /Failed to connect to bus: (Operation not permitted|Permission denied)|Transport endpoint is not connected/],
  ['denied', /Interactive authentication required|Access denied|Could not enable linger/],
  ['start-limit', /attempted too often|repeated too quickly/],
  ['no-unit', /not found|could not be found|not loaded|does not exist|No files found|Failed to get unit file state/],
];

export function classifySystemdFailure(text: string): SystemdFailure {
  return PATTERNS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'other';
}

/** The exact next step where the system's own manager does not answer. */
export function systemBusAdvice(said: string): string {
  return classifySystemdFailure(said) === 'denied'
    ? 'run the same command as root (sudo)'
    : 'see why systemd does not answer: systemctl is-system-running';
}

/** The exact next step for an account whose user manager cannot be reached. */
export function userBusAdvice(failure: SystemdFailure, user: string): string {
  switch (failure) {
    case 'not-booted':
      return 'this system does not run systemd; keep the gateway in the foreground or use another supervisor';
    case 'foreign-bus':
      return `the session belongs to another account: log in as ${user} itself (sudo -i -u ${user}) and run the command there`;
    default:
      return `start a user manager for ${user}: sudo loginctl enable-linger ${user}, then log in again (ssh ${user}@localhost, or sudo -i -u ${user})`;
  }
}
