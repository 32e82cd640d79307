import Type from 'typebox';
import type { MethodDefinition } from '../shape.ts';
import { flag, list, shape, text, whole } from '../shape.ts';

export const logsTail: MethodDefinition = {
  name: 'logs.tail',
  summary: 'Lines of the log file, from a cursor on. Polling with the returned cursor follows the file.',
  scope: 'operator.read',
  params: shape({
    'cursor?': whole('Byte offset to read from; without it, the last lines'),
    'limit?': Type.Integer({ minimum: 1, maximum: 5000, description: 'Lines at most (500)' }),
    'maxBytes?': Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Bytes at most (250000)' }),
  }),
  result: shape({
    file: text(),
    cursor: whole('Where the next call goes on'),
    size: whole('Size of the file in bytes'),
    lines: list(Type.String()),
    truncated: flag('Older lines were left out'),
    reset: flag('The file was replaced or shortened since the cursor'),
  }),
};
