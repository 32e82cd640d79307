import type { Host } from '../../ports.ts';

type PlacesHost = Pick<Host, 'paths'>;

/** Where launchers and tasks of an account lie. Not in the part of its profile that roams: that may be on another machine. */
export const logonDir = ({ paths }: PlacesHost, home: string): string =>
  paths.join(home, 'AppData', 'Local', 'polygate', 'services');

/** What the shell starts with the logon of an account. */
export function startupDir({ paths, env }: Pick<Host, 'paths' | 'env'>, home: string): string {
  const said = env.APPDATA?.trim();
  const roaming = said && paths.isAbsolute(said) ? said : paths.join(home, 'AppData', 'Roaming');
  return paths.join(roaming, 'Microsoft', 'Windows', 'Start Menu', 'Programs', 'Startup');
}

/** Services of the whole machine: each a WinSW beside its configuration, of the same name. */
export const WINSW_DIR: string = String.raw`C:\ProgramData\polygate\services`;
