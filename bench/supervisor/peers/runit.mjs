import path from 'node:path';
import { signal } from '../processes.mjs';
import { missingProgram, Peer, quoted, sh, turnedOver } from './peer.mjs';

export class Runit extends Peer {
  static id = 'runit';
  static missing = () => missingProgram('runsvdir', 'apt-get install runit');

  configure() {
    for (const { name, argv, restart } of this.services) {
      this.write(`scan/${name}/run`, `#!/bin/sh\nexec 2>&1\nexec ${quoted(argv)}\n`, 0o755);
      if (!restart) this.write(`scan/${name}/finish`, '#!/bin/sh\nexec sv -w 0 down .\n', 0o755);
      this.write(`scan/${name}/log/run`, `#!/bin/sh\nexec svlogd ${path.join(this.logFolder, name)}\n`, 0o755);
      this.write(`log/${name}/config`, 's16000000\nn200\n');
    }
  }

  logFiles({ name }) {
    return turnedOver(path.join(this.logFolder, name));
  }

  get #services() {
    return path.join(this.folder, 'scan/c*');
  }

  start = () => this.background(['runsvdir', path.join(this.folder, 'scan')]);
  status = () => sh(`exec sv status ${this.#services}`);
  stopAll = () => sh(`exec sv -w ${Math.round(this.killMs / 1000)} force-stop ${this.#services}`);

  async shutDown() {
    signal(this.foreground.pid, 'SIGHUP');
  }
}
