import path from 'node:path';
import { missingProgram, Peer, quoted, sh, turnedOver } from './peer.mjs';

/** With readiness told by the run script itself: without it s6 waits a second before every restart. A logger each, as it is used. */
export class S6 extends Peer {
  static id = 's6';
  static missing = () => missingProgram('s6-svscan', 'apt-get install s6');

  configure() {
    for (const { name, argv, restart } of this.services) {
      this.write(`scan/${name}/run`, `#!/bin/sh\nexec 2>&1\necho >&3\nexec 3>&-\nexec ${quoted(argv)}\n`, 0o755);
      this.write(`scan/${name}/notification-fd`, '3\n');
      this.write(`scan/${name}/timeout-kill`, `${this.killMs}\n`);
      if (!restart) this.write(`scan/${name}/finish`, '#!/bin/sh\nexit 125\n', 0o755);
      this.write(`scan/${name}/log/run`, `#!/bin/sh\nexec s6-log -b n200 s16000000 ${this.logFolder}/${name}\n`, 0o755);
    }
  }

  logFiles({ name }) {
    return turnedOver(path.join(this.logFolder, name));
  }

  get #scan() {
    return path.join(this.folder, 'scan');
  }

  start = () => this.background(['s6-svscan', this.#scan]);
  status = () => sh(`for d in ${this.#scan}/c*; do s6-svstat "$d"; done`);
  stopAll = () => sh(`for d in ${this.#scan}/c*; do s6-svc -d "$d"; done; exec s6-svwait -d -t 60000 ${this.#scan}/c*`);
  shutDown = () => this.command(['s6-svscanctl', '-t', this.#scan]);
}
