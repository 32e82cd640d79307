const socket = require('node:net').connect(process.argv[2]);
socket.write(`${process.argv.slice(3).join(' ')}\n`);
socket.pipe(process.stdout);
socket.on('error', ({ code }) => {
  console.error(code);
  process.exit(1);
});
