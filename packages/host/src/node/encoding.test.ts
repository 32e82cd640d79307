import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tempDir } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from './files.ts';

const TASK = '\ufeff<?xml version="1.0" encoding="UTF-16"?>\r\n<Task>é漢</Task>\r\n';

describe('a file of Windows', () => {
  it.each([
    ['a task, in UTF-16 with its mark', 'task.xml', TASK, 'utf16le'],
    ['a script with its mark', 'gateway.vbs', '\ufeffWScript.Echo "é"\r\n', 'utf16le'],
    ['any other with a mark, in UTF-8', 'config.json', '\ufeff{"a":"é"}', 'utf8'],
    ['another XML', 'service.xml', '<?xml version="1.0" encoding="utf-8"?>\r\n<a>é</a>\r\n', 'utf8'],
  ] as const)('is written and read back: %s', async (_, name, text, encoding) => {
    const dir = await tempDir();
    try {
      const file = path.join(dir.path, name);
      await nodeFiles.write(file, text, 0o644);
      expect(await readFile(file)).toEqual(Buffer.from(text, encoding));
      expect(await nodeFiles.read(file)).toBe(text);
    } finally {
      await dir.remove();
    }
  });

  it('is copied byte for byte', async () => {
    const dir = await tempDir();
    try {
      const [from, to] = ['a.exe', 'b.exe'].map((name) => path.join(dir.path, name)) as [string, string];
      await writeFile(from, Buffer.from([0x4d, 0x5a, 0xff, 0xfe, 0x00]));
      await nodeFiles.copyFile(from, to);
      expect(await readFile(to)).toEqual(await readFile(from));
      await expect(nodeFiles.copyFile(path.join(dir.path, 'none.exe'), to)).rejects.toMatchObject({ code: 'FILE_FAILED' });
    } finally {
      await dir.remove();
    }
  });
});
