import { readFileSync } from 'node:fs';
import path from 'node:path';
import { missingProgram, Peer } from './peer.mjs';

export class Supervisord extends Peer {
  static id = 'supervisord';
  static missing = () => missingProgram('supervisord', 'apt-get install supervisor');

  configure() {
    const at = this.folder;
    const programs = this.services.map(
      ({ name, argv, restart }) => `[program:${name}]
command=${argv.join(' ')}
autorestart=${restart}
startsecs=${restart ? 1 : 0}
stopwaitsecs=${Math.round(this.killMs / 1000)}
redirect_stderr=true
stdout_logfile=${this.logFolder}/${name}.log
stdout_logfile_maxbytes=0
`,
    );
    const head = `[supervisord]
logfile=${at}/supervisord.log
pidfile=${at}/supervisord.pid
childlogdir=${at}
[unix_http_server]
file=${at}/s.sock
chmod=0700
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${at}/s.sock
`;
    this.config = this.write('supervisord.conf', head + programs.join(''));
  }

  ask = (...words) => ['supervisorctl', '-c', this.config, ...words];
  start = () => this.command(['supervisord', '-c', this.config]);
  status = () => this.ask('status');
  stopAll = () => this.ask('stop', 'all');
  shutDown = () => this.command(this.ask('shutdown'));
  top = () => Number(readFileSync(path.join(this.folder, 'supervisord.pid'), 'utf8'));
}
