// The least a supervisor in Node can be. It is a floor to compare with, not one to use. argv: its configuration
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');

const { socket, killMs, services } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const children = services.map((spec) => ({ spec, log: fs.createWriteStream(spec.log, { flags: 'a' }), restarts: -1 }));

function up(child) {
  child.wanted = true;
  child.restarts += 1;
  const [program, ...args] = child.spec.argv;
  child.process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.process.stdout.pipe(child.log, { end: false });
  child.process.stderr.pipe(child.log, { end: false });
  child.process.on('exit', () => {
    clearTimeout(child.timer);
    child.process = null;
    child.gone?.();
    if (child.wanted && child.spec.restart) up(child);
  });
}

function down(child) {
  return new Promise((resolve) => {
    child.wanted = false;
    if (!child.process) return resolve();
    child.gone = resolve;
    child.process.kill('SIGTERM');
    child.timer = setTimeout(() => child.process?.kill('SIGKILL'), killMs);
  });
}

for (const child of children) up(child);
fs.rmSync(socket, { force: true });
net
  .createServer((connection) => {
    connection.on('error', () => undefined);
    connection.on('data', async (data) => {
      const verb = String(data).trim();
      if (verb === 'stop' || verb === 'shutdown') await Promise.all(children.map(down));
      const rows = children.map(({ spec, process, restarts }) => ({ name: spec.name, pid: process?.pid ?? null, restarts }));
      connection.end(`${JSON.stringify(rows)}\n`);
      if (verb === 'shutdown') setTimeout(() => process.exit(0), 5);
    });
  })
  .listen(socket);
