import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { modeTold, tempDir, unless, whyNoModes } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from './store.ts';

const NAME = 'code-1';
const CODE = Buffer.from(Array.from({ length: 5_000 }, (_, i) => i % 251));
let dir: Awaited<ReturnType<typeof tempDir>>;
let folder: string;
let file: string;

beforeEach(async () => {
  dir = await tempDir();
  folder = path.join(dir.path, 'cache');
  file = path.join(folder, NAME);
});
afterEach(() => dir.remove());

const keep = (commands: string[], chunks: Record<string, Buffer>, name = NAME) => {
  const store = openStore(folder, name);
  store.write(commands, new Map(Object.entries(chunks).map(([chunk, bytes]) => [chunk, { source: 1, bytes }])));
  store.close();
};
const read = (chunk: string, source = 1) => {
  const store = openStore(folder, NAME);
  const code = store.read(chunk, source);
  store.close();
  return code;
};

describe('compiled code that is kept', () => {
  it('is read as it was written, and is nobody else’s to read', () => {
    keep(['version'], { 'a.cjs': CODE, 'b.cjs': Buffer.from('b') });
    expect(read('a.cjs')).toEqual(CODE);
    expect(read('b.cjs')).toEqual(Buffer.from('b'));
    expect(read('toString')).toBeUndefined();
    expect(statSync(file).mode & 0o777).toBe(modeTold(0o600));
    expect(statSync(folder).mode & 0o777).toBe(modeTold(0o700));
    expect(readdirSync(folder)).toEqual([NAME]);
  });

  it('of chunks that a later run did not load stays', () => {
    keep(['version'], { 'a.cjs': CODE });
    keep(['version', 'paths'], { 'b.cjs': Buffer.from('b') });
    expect(read('a.cjs')).toEqual(CODE);
    const store = openStore(folder, NAME);
    expect(store.commands).toEqual(['version', 'paths']);
    store.close();
  });

  it('is not taken for that of another file', () => {
    keep(['version'], { 'a.cjs': CODE });
    expect(read('a.cjs', 2)).toBeUndefined();
  });

  it('is not there when a sector of it was never written', () => {
    keep(['version'], { 'a.cjs': CODE });
    const bytes = readFileSync(file);
    for (let sector = 1; sector < 9; sector += 1) {
      const torn = Buffer.from(bytes);
      torn.fill(0, sector * 512, (sector + 1) * 512);
      writeFileSync(file, torn);
      expect(read('a.cjs')).toBeUndefined();
    }
  });

  it.each([0, 3, 20, 200, 4_000])('is not there when the file ends after %i bytes', (bytes) => {
    keep(['version'], { 'a.cjs': CODE });
    truncateSync(file, bytes);
    expect(read('a.cjs')).toBeUndefined();
    keep(['version'], { 'a.cjs': CODE });
    expect(read('a.cjs')).toEqual(CODE);
  });

  it.each(['', '{}', '[]', '{"commands":[],"chunks":null}', '{"commands":[],"chunks":{"a.cjs":7}}'])(
    'is not there when the head is %j',
    (head) => {
      mkdirSync(folder, { mode: 0o700 });
      const prefix = Buffer.alloc(4);
      prefix.writeUInt32LE(head.length);
      writeFileSync(file, Buffer.concat([prefix, Buffer.from(head)]), { mode: 0o600 });
      expect(read('a.cjs')).toBeUndefined();
    },
  );

  it.skipIf(whyNoModes !== undefined)(
    unless(whyNoModes, 'is not read where others may write, nor through a link, and nothing is written there'),
    () => {
      keep(['version'], { 'a.cjs': CODE });
      chmodSync(file, 0o620);
      expect(read('a.cjs')).toBeUndefined();
      chmodSync(file, 0o600);
      chmodSync(folder, 0o777);
      expect(read('a.cjs')).toBeUndefined();
      keep(['paths'], { 'a.cjs': CODE }, 'code-2');
      expect(existsSync(path.join(folder, 'code-2'))).toBe(false);
      chmodSync(folder, 0o700);
      symlinkSync(file, path.join(folder, 'code-3'));
      expect(openStore(folder, 'code-3').commands).toEqual([]);
      symlinkSync(folder, path.join(dir.path, 'elsewhere'));
      expect(openStore(path.join(dir.path, 'elsewhere'), NAME).commands).toEqual([]);
    },
  );

  it('where nothing can be written is no failure', () => {
    writeFileSync(folder, 'a file');
    keep(['version'], { 'a.cjs': CODE });
    expect(read('a.cjs')).toBeUndefined();
  });

  it('of other releases goes, but for the latest three', () => {
    for (let i = 1; i <= 6; i += 1) keep(['version'], { 'a.cjs': CODE }, `code-${i}`);
    const left = readdirSync(folder);
    expect(left).toHaveLength(4);
    expect(left).toContain('code-6');
  });
});
