// The few globals that are pure values in every runtime we meet. Everything else (process, Buffer, timers, console)
// is missing on purpose: code that reaches for it does not compile here.
declare class URL {
  constructor(url: string, base?: string);
  protocol: string;
  readonly hostname: string;
  host: string;
  port: string;
  pathname: string;
  username: string;
  password: string;
  readonly search: string;
  readonly searchParams: URLSearchParams;
  readonly href: string;
}

declare class URLSearchParams implements Iterable<[string, string]> {
  has(name: string): boolean;
  set(name: string, value: string): void;
  values(): IterableIterator<string>;
  [Symbol.iterator](): IterableIterator<[string, string]>;
}
