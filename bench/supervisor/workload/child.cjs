// The supervised workload: a tiny HTTP server on loopback that dials the harness as soon as it listens, and keeps that
// connection: readiness and death are events with one clock, not polls.
// argv: hubPort session index port mode   (ok | stubborn | chatty | log:<lines> | logexit:<lines>)
// log waits until its last line has left the process; logexit calls process.exit() as soon as its loop is done.
const net = require('node:net');

const [hub, session, index, port, mode = 'ok'] = process.argv.slice(2);

if (mode.startsWith('log')) burst(...mode.split(':'));
else serve();

function serve() {
  const server = require('node:http').createServer((_request, response) => response.end('ok'));
  server.on('error', ({ code }) => tell(`FAIL:${code}`, () => process.exit(1)));
  server.listen(Number(port), '127.0.0.1', () => tell('READY'));
  const end = mode === 'stubborn' ? () => undefined : () => process.exit(0);
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (mode !== 'chatty') return;
  process.stdout.on('error', ({ code }) => tell(`FAIL:stdout-${code}`, () => process.exit(9)));
  setInterval(() => process.stdout.write(`tick ${Date.now()}\n`), 200);
}

function burst(how, lines) {
  const pad = 'x'.repeat(100 - 9 - 1);
  tell('READY', (socket) => {
    socket.ref();
    for (let i = 0; i < Number(lines); i += 1) process.stdout.write(`L${String(i).padStart(8, '0')}${pad}\n`);
    const done = () => socket.write('DONE\n', () => process.exit(0));
    if (how === 'log') process.stdout.write('', done);
    else done();
  });
}

function tell(word, then) {
  const socket = net.connect(Number(hub), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.setNoDelay(true);
  socket.write(`${word} ${session} ${index} ${process.pid}\n`, then && (() => then(socket)));
  socket.unref();
}
