/**
 * Statuses with which systemd itself ends a process that it could not start as the unit asks (systemd.exec(5), "Process exit
 * codes"; texts of 252): what is wrong with the unit or the machine, never with the gateway.
 */
const STEPS: Record<number, string> = {
  200: 'its working directory is not there, or may not be entered',
  203: 'its program is not there, or cannot be executed',
  208: 'its standard input cannot be set up',
  209: 'its standard output cannot be set up: is the log directory there?',
  214: 'its scheduling policy was refused',
  216: 'its group could not be set: User= has no effect in a unit of an account',
  217: 'its account does not exist, or could not be become',
  218: 'its capabilities could not be set: they are for units of the system',
  219: 'its control group could not be set up',
  226: 'its view of the file system could not be made: a path of the hardening is not there',
  228: 'its system call filter was refused',
  235: 'the owner of its state directory could not be set',
  237: 'its keyring could not be set up',
  238: 'its state directory could not be made',
  240: 'its log directory could not be made',
  243: 'its credentials could not be loaded',
};

/** One line for the exit status of a main process that systemd ended before the program ran; undefined for any other. */
export function explainSystemdExit(status: number): string | undefined {
  const what = STEPS[status];
  return what && `systemd could not start it (status ${status}): ${what}`;
}

/**
 * The same where no process was made at all, from what `systemctl start` or a unit's Result says (252: `resources`, `… failed
 * because of unavailable resources or another system error`). Of what a unit of Polygate names, only one file can be missing.
 */
export function explainSystemdResources(said: string): string | undefined {
  return /\bresources\b/.test(said)
    ? 'systemd could not start it (resources): a file that its definition names is not there (EnvironmentFile)'
    : undefined;
}

/**
 * The same for a program that was started and did not say in time that it is ready, from what `systemctl start` says of a
 * unit of Type=notify (252: `Job for x failed because a timeout was exceeded`; 90 s unless TimeoutStartSec says otherwise).
 */
export function explainSystemdTimeout(said: string): string | undefined {
  return /failed because a timeout was exceeded/.test(said)
    ? 'it ran and did not tell systemd in time that it is ready (Type=notify, TimeoutStartSec): does a drop-in change what is run?'
    : undefined;
}
