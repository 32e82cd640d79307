export interface IdentityEvidence {
  /** The state directory of the instance, as it is written and with symlinks resolved. */
  stateDirs: readonly string[];
  /** Which one the gateway says that it has. */
  said: string | undefined;
  /** The process of the instance. */
  pid: number | undefined;
  /** Who listens on the port, with the processes that started them. */
  owners: ReadonlySet<number>;
}

/**
 * Is the gateway that answered this instance's? That the port belongs to its process is proof, whatever the gateway says:
 * builds of January and February name the paths of the default profile. Else it has to name the state directory.
 */
export function judgeIdentity({ stateDirs, said, pid, owners }: IdentityEvidence): { ok: boolean; detail: string } {
  if (said !== undefined && stateDirs.includes(said)) return { ok: true, detail: `state directory ${said}` };
  if (pid !== undefined && owners.has(pid)) return { ok: true, detail: `the port belongs to pid ${pid}` };
  return {
    ok: false,
    detail: said === undefined ? 'it does not say which state directory it has' : `it is the gateway of ${said}`,
  };
}
