/**
 * A program of Windows itself, by its absolute path: a name alone would be looked for in the working directory first.
 * `name` without `.exe`, below System32.
 */
export function systemProgram(env: Readonly<Record<string, string | undefined>>, name: string): string {
  return `${env.SystemRoot ?? 'C:\\Windows'}\\System32\\${name}.exe`;
}

/** Windows PowerShell, which every Windows has. The script sees the caller's variables; nothing of a profile is loaded. */
export function powershell(env: Readonly<Record<string, string | undefined>>, script: string): string[] {
  return [
    systemProgram(env, 'WindowsPowerShell\\v1.0\\powershell'),
    ...['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', script],
  ];
}
