/** An account of Windows. */
export interface WindowsAccount {
  /** `DOMAIN\user`. */
  name: string;
  /** `S-1-5-21-…`: the same in every language, and after a rename. */
  sid: string;
}

/** Reads `whoami /user /fo csv /nh`: `"pc\ana","S-1-5-21-…"`. Without a header there is nothing in it that is translated. */
export function parseWhoami(stdout: string): WindowsAccount | undefined {
  const [, name, sid] = /^"([^"]+)","(S-\d[\d-]+)"/m.exec(stdout) ?? [];
  return name === undefined || sid === undefined ? undefined : { name, sid };
}
