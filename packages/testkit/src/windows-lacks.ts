/** What Windows lacks, as reasons to skip a test for (with `unless`); undefined where it is there. */
const onWindows = (why: string): string | undefined => (process.platform === 'win32' ? why : undefined);

export const whyNoSymlinks: string | undefined = onWindows(
  'Wine 8 answers ENOTSUP to a symbolic link, and Windows wants a right for it',
);
export const whyNoModes: string | undefined = onWindows('Windows has no modes: icacls takes their place');
export const whyNoSignals: string | undefined = onWindows('Windows has no signals: kill() ends a process at once');
export const whyNoUnlinkOfOpen: string | undefined = onWindows(
  'Windows keeps the name of a file or folder that is open (Wine 8 keeps the file itself too)',
);
export const whyNoShell: string | undefined = onWindows('there is no /bin/sh');
export const whyNoPosixPaths: string | undefined = onWindows('what it is about lies in paths of POSIX');

/** What stat() tells of a file or folder that was made with this mode: on Windows the same of all that may be written. */
export const modeTold = (mode: number): number => (process.platform === 'win32' ? 0o666 : mode);
