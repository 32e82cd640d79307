import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { repoPath } from '../../../scripts/lib/files.mjs';
import { run } from '../processes.mjs';
import { Peer } from './peer.mjs';

const VERSION = '7.0.4';
/** Not a dependency of the project: fetched when a benchmark wants it. */
const FOLDER = repoPath('node_modules/.cache/polygate-bench', `pm2-${VERSION}`);
const BIN = path.join(FOLDER, 'node_modules/pm2/bin/pm2');

export class Pm2 extends Peer {
  static id = 'pm2';

  static async missing() {
    if (existsSync(BIN)) return undefined;
    console.log(`Fetching pm2 ${VERSION} …`);
    mkdirSync(FOLDER, { recursive: true });
    const { code, stderr } = await run(
      ['npm', 'install', '--prefix', FOLDER, '--no-save', '--no-audit', '--no-fund', `pm2@${VERSION}`],
      { env: process.env, limit: 180_000 },
    );
    return code === 0 ? undefined : `pm2 ${VERSION} could not be fetched with npm: ${stderr.trim().split('\n')[0]}`;
  }

  constructor(...given) {
    super(...given);
    Object.assign(this.env, { PM2_HOME: path.join(this.folder, 'pm2'), NO_COLOR: '1' });
  }

  configure() {
    const apps = this.services.map(({ name, argv: [program, ...args], restart }) => {
      const node = program === process.execPath;
      return {
        name,
        script: node ? args[0] : program,
        args: node ? args.slice(1) : args,
        ...(node ? {} : { interpreter: 'none' }),
        ...{ exec_mode: 'fork', autorestart: restart, max_restarts: 100_000, min_uptime: 100, kill_timeout: this.killMs },
        ...{ merge_logs: true, vizion: false, pmx: false },
        out_file: path.join(this.logFolder, `${name}.log`),
        error_file: path.join(this.logFolder, `${name}.err`),
      };
    });
    this.config = this.write('eco.config.json', JSON.stringify({ apps }));
  }

  ask = (...words) => [process.execPath, BIN, ...words];
  start = () => this.command(this.ask('start', this.config));
  status = () => this.ask('jlist');
  stopAll = () => this.ask('stop', 'all');
  shutDown = () => this.command(this.ask('kill'));
  top = () => Number(readFileSync(path.join(this.folder, 'pm2/pm2.pid'), 'utf8'));
}
