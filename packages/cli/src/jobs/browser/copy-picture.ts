import { readFile } from 'node:fs/promises';
import { absolute } from '@polygate/core';
import { accountHome, fileProblem, type Host } from '@polygate/host';

/** Puts a picture that the gateway took where the user wants it, private, whole or not at all. Gives the path. */
export async function copyPicture(host: Host, from: string, out: string): Promise<string> {
  const to = absolute(host.paths, accountHome(host), host.cwd, out);
  const bytes = await readFile(from).catch((error: unknown) => {
    throw fileProblem(error, from, 'read');
  });
  await host.files.write(to, bytes, 0o600);
  return to;
}
