/** One message of what was said so far. */
export interface Said {
  role: 'system' | 'user' | 'assistant';
  text: string;
}

export interface Usage {
  /** Tokens that were read. */
  input: number;
  /** Tokens that were written. */
  output: number;
}

/** What a provider is asked: how does this go on? */
export interface Question {
  model: string;
  messages: readonly Said[];
  /** The answer is not wanted any more. Its reason is what the turn ends with. */
  signal: AbortSignal;
}

/** A piece of an answer. The last one says why it ends. */
export type Piece =
  | { type: 'text'; text: string }
  /** The model asked for a tool and was told that there are none here. */
  | { type: 'refused'; tool: string }
  | { type: 'end'; reason: 'stop' | 'length'; usage?: Usage };

/**
 * What answers: a model somewhere, or something that stands in for one. A failure is thrown as a WireError, with no secret in
 * it. What comes after the signal was given is not looked at.
 */
export interface Provider {
  readonly id: string;
  answer(question: Question): AsyncIterable<Piece>;
}
