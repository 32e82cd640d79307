// A bare file server for the bench: it reads what is asked for and sends it, and looks at nothing.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

const root = process.argv[2];
const server = createServer(async (request, response) => {
  try {
    const body = await readFile(path.join(root, request.url));
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': body.length });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
