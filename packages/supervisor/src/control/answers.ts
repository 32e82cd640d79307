/** Who supervises. */
export interface Hello {
  version: string;
  pid: number;
  /** ISO 8601. */
  startedAt: string;
  /** Why the successor that it had started did not come up, and it goes on itself. */
  notRenewed?: string;
}

/** What a reload of the settings changed, by id. */
export interface ReloadResult {
  added: string[];
  removed: string[];
  /** The process had to be started anew. */
  restarted: string[];
  /** Taken over while it runs. */
  adjusted: string[];
  /** Not taken over: what counted before goes on. */
  refused: { id: string; reason: string }[];
}
