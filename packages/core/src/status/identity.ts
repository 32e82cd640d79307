export interface IdentityEvidence {
  /** The state directory of the instance, as it is written and with symlinks resolved. */
  stateDirs: readonly string[];
  /** Which one the gateway says that it has. */
  said: string | undefined;
  /** Gateways of its version name their own; false: every profile names that of the default one. */
  namesItself: boolean;
  /** The process of the instance. */
  pid: number | undefined;
  /** Who listens on the port, with the processes that started them. */
  owners: ReadonlySet<number>;
  /** The state directory in the environment of who listens; undefined: it is not there, or may not be read. */
  given: string | undefined;
}

export interface Identified {
  ok: boolean;
  detail: string;
}

/**
 * Is the gateway that answered this instance's? That the port belongs to its process is proof, whatever the gateway says: builds
 * of January to summer name the paths of the default profile. So is what that process was started with. Else it has to name the
 * state directory, and be of a version that names its own.
 */
export function judgeIdentity({ stateDirs, said, namesItself, pid, owners, given }: IdentityEvidence): Identified {
  const says = said !== undefined && stateDirs.includes(said);
  if (says && namesItself) return { ok: true, detail: `state directory ${said}` };
  if (pid !== undefined && owners.has(pid)) return { ok: true, detail: `the port belongs to pid ${pid}` };
  if (given !== undefined) {
    return stateDirs.includes(given)
      ? { ok: true, detail: `its process was started for ${given}` }
      : { ok: false, detail: `it is the gateway of ${given}` };
  }
  if (says)
    return { ok: false, detail: `it names ${said}, as every profile of its version does; whose process it is cannot be seen` };
  return {
    ok: false,
    detail: said === undefined ? 'it does not say which state directory it has' : `it is the gateway of ${said}`,
  };
}
