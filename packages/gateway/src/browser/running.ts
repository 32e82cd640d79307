import { CdpConnection } from './cdp/connection.ts';
import { Pages } from './cdp/pages.ts';

/** A browser that is there to be used. */
export interface RunningBrowser {
  cdp: CdpConnection;
  pages: Pages;
  /** The address of its socket. Whoever has it can do everything that the browser can. */
  socket: string;
  startedAt: number;
  /** The process that is ours to end; undefined: the browser is somebody else's. */
  process: OwnProcess | undefined;
}

export interface OwnProcess {
  pid: number;
  /** Names the process (ProcessInfo.stamp). */
  stamp: string;
  port: number;
  kind: string;
  /** It was left behind by a gateway that was killed. */
  adopted: boolean;
  /** Its end, as a reason. Known at once of a process that this gateway started; undefined of an adopted one. */
  exited: Promise<string> | undefined;
}

/** Connects to a browser and makes sure that it is one. @throws Problem BROWSER_UNREACHABLE, BROWSER_TIMEOUT or BROWSER_GONE */
export async function connect(socket: string, profile: string): Promise<{ cdp: CdpConnection; pages: Pages }> {
  const cdp = await CdpConnection.open(socket, profile);
  try {
    await cdp.call('Browser.getVersion');
    return { cdp, pages: await Pages.of(cdp, profile) };
  } catch (error) {
    cdp.close();
    throw error;
  }
}
