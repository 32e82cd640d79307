interface Kept {
  content: string;
  mode: number;
}

/** What of a machine must be as before after something was taken back. */
export interface MachineState {
  files: Record<string, Kept>;
  enabled: string[];
  /** The text with which each unit that runs was started. */
  running: Record<string, string>;
  lingers: boolean;
}

interface Answer {
  code: number;
  stdout?: string;
  stderr?: string;
}

/**
 * A machine in memory: its files, and a systemd that knows what it was told to read, enable and start. One change of it, the
 * n-th, can be made to fail, before or after it took effect.
 */
export class FakeSystemd {
  readonly files: Map<string, Kept> = new Map();
  readonly #unitDir: string;
  readonly #loaded = new Map<string, string>();
  #enabled = new Set<string>();
  #running = new Map<string, string>();
  #lingers: boolean;
  #changes = 0;
  #fault: { at: number; effect: boolean } | undefined;

  constructor(unitDir: string, state: Partial<MachineState> = {}) {
    this.#unitDir = unitDir;
    for (const [path, kept] of Object.entries(state.files ?? {})) this.files.set(path, kept);
    this.#enabled = new Set(state.enabled);
    this.#running = new Map(Object.entries(state.running ?? {}));
    this.#lingers = state.lingers ?? false;
    this.#reload();
  }

  state(): MachineState {
    const sorted = <V>(map: Map<string, V>) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      files: sorted(this.files),
      enabled: [...this.#enabled].sort(),
      running: sorted(this.#running),
      lingers: this.#lingers,
    };
  }

  /** The `at`-th change from now fails, after it took effect or without any. */
  failAt(at: number, effect: boolean): void {
    this.#changes = 0;
    this.#fault = { at, effect };
  }

  /** Changes since failAt. */
  get changes(): number {
    return this.#changes;
  }

  write(path: string, content: string, mode: number): void {
    this.#change(() => this.files.set(path, { content, mode }));
  }

  remove(path: string): boolean {
    return this.#change(() => this.files.delete(path));
  }

  /** A command of systemctl or loginctl, with its status and what it says (252). */
  run(argv: readonly string[]): Answer {
    const words = argv.filter((word) => !word.startsWith('--'));
    const [program, verb = '', unit = ''] = words;
    const now = argv.includes('--now');
    if (verb === 'show') return { code: 0, stdout: this.#show(unit) };
    try {
      return this.#change(() => (program === 'loginctl' ? this.#linger(verb) : this.#obey(verb, unit, now)));
    } catch (error) {
      return { code: 1, stderr: (error as Error).message };
    }
  }

  #change<T>(effect: () => T): T {
    this.#changes += 1;
    const fault = this.#fault?.at === this.#changes ? this.#fault : undefined;
    if (fault && !fault.effect) throw new Error('out of order');
    const result = effect();
    if (fault) throw new Error('out of order, afterwards');
    return result;
  }

  #linger(verb: string): Answer {
    this.#lingers = verb === 'enable-linger';
    return { code: 0 };
  }

  #obey(verb: string, unit: string, now: boolean): Answer {
    const isThere = this.files.has(`${this.#unitDir}/${unit}`);
    switch (verb) {
      case 'daemon-reload':
        this.#reload();
        return { code: 0 };
      case 'enable':
        if (!isThere) return { code: 1, stderr: `Failed to enable unit: Unit file ${unit} does not exist.` };
        this.#enabled.add(unit);
        this.#reload();
        return now ? this.#start(unit) : { code: 0 };
      case 'disable':
        this.#enabled.delete(unit);
        if (now) this.#running.delete(unit);
        return isThere ? { code: 0 } : { code: 1, stderr: `Failed to disable unit: Unit file ${unit} does not exist.` };
      case 'start':
        return this.#running.has(unit) ? { code: 0 } : this.#start(unit);
      case 'restart':
        return this.#start(unit);
      case 'stop':
        this.#running.delete(unit);
        return { code: 0 };
      case 'reset-failed':
        return this.#loaded.has(unit) ? { code: 0 } : { code: 1, stderr: `Unit ${unit} not loaded.` };
      default:
        return { code: 1, stderr: `Unknown command verb ${verb}.` };
    }
  }

  #start(unit: string): Answer {
    const text = this.#loaded.get(unit) ?? this.files.get(`${this.#unitDir}/${unit}`)?.content;
    if (text === undefined) return { code: 5, stderr: `Failed to start ${unit}: Unit ${unit} not found.` };
    this.#running.set(unit, text);
    return { code: 0 };
  }

  #reload(): void {
    this.#loaded.clear();
    for (const [path, { content }] of this.files) {
      if (path.startsWith(`${this.#unitDir}/`)) this.#loaded.set(path.slice(this.#unitDir.length + 1), content);
    }
  }

  #show(unit: string): string {
    const file = this.files.get(`${this.#unitDir}/${unit}`)?.content;
    const properties = {
      Id: unit,
      LoadState: this.#loaded.has(unit) || file !== undefined ? 'loaded' : 'not-found',
      ActiveState: this.#running.has(unit) ? 'active' : 'inactive',
      UnitFileState: this.#enabled.has(unit) ? 'enabled' : file === undefined ? '' : 'disabled',
      NeedDaemonReload: this.#loaded.get(unit) === file ? 'no' : 'yes',
    };
    return `${Object.entries(properties)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n')}\n`;
  }
}
