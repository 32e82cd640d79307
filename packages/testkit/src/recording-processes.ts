interface Answer {
  code: number | undefined;
  stdout: string;
  stderr: string;
  failure: string | undefined;
}

interface Info {
  pid: number;
  ppid: number;
  command: string;
  uid: number | undefined;
  stamp: string;
  ageMs: number;
}

/** Answers a command line; what it leaves out is exit 0 and no output. */
export type Respond = (commandLine: string, argv: readonly string[]) => Partial<Answer> | undefined;

/** A double of the host's processes: runs nothing, keeps every command line in order, and answers as it is told. */
export class RecordingProcesses {
  readonly commands: string[] = [];
  readonly options: unknown[] = [];
  readonly signals: { pid: number; signal: string }[] = [];
  /** The processes that exist. */
  readonly alive: Map<number, Info> = new Map();
  readonly #respond: Respond;

  constructor(respond: Respond = () => undefined) {
    this.#respond = respond;
  }

  query = async (argv: readonly string[], options?: unknown): Promise<Answer> => this.#answer(argv, options);
  run = async (argv: readonly string[], options?: unknown): Promise<Answer> => this.#answer(argv, options);
  launch = async (argv: readonly string[]): Promise<Answer> => this.#answer(argv, undefined);
  info = async (pid: number): Promise<Info | undefined> => this.alive.get(pid);
  environmentOf = async (): Promise<Record<string, string> | undefined> => undefined;

  signal = async ({ pid, stamp }: { pid: number; stamp: string }, signal: string): Promise<boolean> => {
    if (this.alive.get(pid)?.stamp !== stamp) return false;
    this.signals.push({ pid, signal });
    return true;
  };

  /** Makes a process exist. */
  live(pid: number, more: Partial<Info> = {}): this {
    this.alive.set(pid, { pid, ppid: 1, command: 'node', uid: 1000, stamp: `boot/${pid}`, ageMs: 60_000, ...more });
    return this;
  }

  #answer(argv: readonly string[], options: unknown): Answer {
    const commandLine = argv.join(' ');
    this.commands.push(commandLine);
    this.options.push(options);
    return { code: 0, stdout: '', stderr: '', failure: undefined, ...this.#respond(commandLine, argv) };
  }
}
