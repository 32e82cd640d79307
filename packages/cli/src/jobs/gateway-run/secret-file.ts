import { parseEnvFile } from '@polygate/core/service';
import { type SecretFile, SecretFileOpen } from '@polygate/gateway';
import type { Context } from '../../context.ts';

const OTHERS = 0o077;

/** The file with the secrets of providers and channels. It is read whenever one is needed: an edit counts from the next turn on. */
export function secretFileOf({ host: { files, platform }, secrets }: Context, path: string): SecretFile {
  return {
    path,
    async get(name) {
      const found = await files.stat(path);
      if (!found) return undefined;
      if (platform !== 'win32' && (found.mode & OTHERS) !== 0) throw new SecretFileOpen(path, found.mode);
      const variables = parseEnvFile((await files.read(path)) ?? '');
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (value === undefined || value === '') return undefined;
      secrets.add(value);
      return value;
    },
  };
}
