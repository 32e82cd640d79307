// A small child for the supervisor: it holds the connections it gets on 127.0.0.1, and answers a request in HTTP. argv: port
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok';

require('node:net')
  .createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.end(ANSWER)))
  .listen(Number(process.argv[2]), '127.0.0.1');
