// The few globals that are pure values in every runtime we meet. Everything else (process, Buffer, timers, console)
// is missing on purpose: code that reaches for it does not compile here.
declare class URL {
  constructor(url: string, base?: string);
  readonly protocol: string;
  readonly hostname: string;
  readonly host: string;
  readonly port: string;
  readonly pathname: string;
  username: string;
  password: string;
  readonly href: string;
}
