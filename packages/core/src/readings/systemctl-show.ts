/** Properties of one unit as `systemctl show` prints them. */
export type UnitProperties = Readonly<Record<string, string>>;

/**
 * Parses `systemctl show UNIT… -p A,B`: KEY=VALUE lines, a blank line between units. systemd prints properties in an order
 * of its own and answers also for units that do not exist (LoadState=not-found), so units come back by their Id.
 */
export function parseSystemctlShow(text: string): UnitProperties[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => {
      const properties: Record<string, string> = {};
      for (const line of block.split('\n')) {
        const at = line.indexOf('=');
        if (at > 0) properties[line.slice(0, at)] = line.slice(at + 1);
      }
      return properties;
    })
    .filter((properties) => Object.keys(properties).length > 0);
}
