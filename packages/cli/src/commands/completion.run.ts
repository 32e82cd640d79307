import { type CompletionDocument, Problem, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../command.ts';
import { completionScript, SHELLS, type Shell } from '../completion/scripts.ts';
import { COMMANDS } from './index.ts';

export const run: Handler = async ({ program }, _options, [shell = '']) => {
  if (!SHELLS.includes(shell as Shell)) {
    throw new Problem('OPTION_INVALID', { option: 'the shell', value: shell, expected: SHELLS.join(', ') });
  }
  const script = completionScript(shell as Shell, program, COMMANDS);
  return { text: script, json: { ok: true, schemaVersion: SCHEMA_VERSION, shell, script } satisfies CompletionDocument };
};
