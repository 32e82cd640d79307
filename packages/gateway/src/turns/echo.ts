import type { Piece, Provider, Question } from './provider.ts';

/** Says again what was said last, word by word. Needs no network and no key: with it everything can be tried. */
export const echo: Provider = {
  id: 'echo',
  async *answer({ messages, signal }: Question): AsyncGenerator<Piece> {
    const said = messages.findLast(({ role }) => role === 'user')?.text ?? '';
    const words = said.match(/\s*\S+\s*/g) ?? [];
    for (const text of words) {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      yield { type: 'text', text };
    }
    const read = messages.reduce((sum, { text }) => sum + countWords(text), 0);
    yield { type: 'end', reason: 'stop', usage: { input: read, output: words.length } };
  },
};

const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;
