import path from 'node:path';
import { Peer } from './peer.mjs';

const here = import.meta.dirname;

/** The least a supervisor in Node can be: spawn, respawn at once, capture output, answer on a socket. A floor to compare with. */
export class NodeFloor extends Peer {
  static id = 'node-floor';

  configure() {
    const services = this.services.map((service) => ({ ...service, log: path.join(this.logFolder, `${service.name}.log`) }));
    this.config = this.write('config.json', JSON.stringify({ socket: this.socket, killMs: this.killMs, services }));
  }

  get socket() {
    return path.join(this.folder, 's.sock');
  }

  start() {
    return this.background([process.execPath, path.join(here, '../workload/floor-supervisor.cjs'), this.config]);
  }

  ask = (...words) => [process.execPath, path.join(here, '../workload/floor-ask.cjs'), this.socket, ...words];
  status = () => this.ask('status');
  stopAll = () => this.ask('stop');
  shutDown = () => this.command(this.ask('shutdown'));
}
