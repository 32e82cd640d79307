import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fleetHome } from '../../../scripts/lib/fleet-home.mjs';
import { MARKER } from '../processes.mjs';
import { Peer } from './peer.mjs';

/** One home for all sessions of a run: setting fifty instances up takes longer than measuring them. */
let fleet;

export class Ours extends Peer {
  static id = 'polygate';

  /** Sets so many instances up. Gives the port of each, which the other peers use as well. */
  static async setUp(count) {
    fleet = await fleetHome({ count });
    return fleet.instances.map(({ port }) => port);
  }

  static async tearDown() {
    await fleet?.remove();
  }

  constructor(marker, folder) {
    super(marker, folder);
    this.env = { ...fleet.env, [MARKER]: marker };
  }

  async configure() {
    const liveness = this.liveness ? { kind: 'tcp', periodSeconds: 10 } : false;
    for (const { index, argv, restart } of this.services) {
      rmSync(fleet.instances[index].consoleLog, { force: true });
      await fleet.configure(fleet.instances[index], {
        program: { command: argv, environment: { [MARKER]: this.marker } },
        restart: { policy: restart ? 'always' : 'never' },
        probes: { startup: { kind: 'tcp' }, readiness: false, liveness },
        stop: { timeoutSeconds: this.killMs / 1000 },
        logs: { maxSize: '0' },
      });
    }
    this.names = this.services.map(({ index }) => fleet.instances[index].name);
  }

  logFiles = ({ index }) => [fleet.instances[index].consoleLog];
  ask = (...words) => fleet.command(...words);
  start = () => this.command(this.ask('up', '-d', ...this.names));
  status = () => this.ask('ps', '--json');
  stopAll = () => this.ask('down', ...this.names);
  shutDown = () => this.command(this.ask('supervisor', 'stop'));
  top = () => JSON.parse(readFileSync(path.join(fleet.supervisorFolder, 'state.json'), 'utf8')).supervisor.pid;
}
