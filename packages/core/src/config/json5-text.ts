import JSON5 from 'json5';
import { broken, type ParsedText } from './parse.ts';

/** Parses JSON5, or tells where its syntax breaks. */
export function parseJson5(text: string): ParsedText {
  try {
    return { parsed: JSON5.parse(text) as unknown };
  } catch (error) {
    // «JSON5: invalid character 'x' at 3:23», with lineNumber and columnNumber; the end of the input has them too.
    const { message, lineNumber, columnNumber } = error as { message: string; lineNumber?: number; columnNumber?: number };
    const said = message.replace(/^JSON5: /, '').replace(/ at \d+:\d+$/, '');
    return broken({
      path: '',
      message: `is not valid JSON5: ${said}`,
      ...(lineNumber === undefined ? {} : { line: lineNumber, column: columnNumber ?? 1 }),
    });
  }
}
