import { spawn, spawnSync } from 'node:child_process';
import { Running } from './command.ts';

/** Why no program can be run on a terminal here; undefined when one can. */
export function whyNoTerminal(): string | undefined {
  const { status, stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  return status === 0 && stdout.includes('util-linux') ? undefined : 'script(1) of util-linux is not installed';
}

/** A command on a terminal of its own, which a person types into. */
export class OnTerminal extends Running {
  readonly #type: (keys: string) => void;

  private constructor(child: ReturnType<typeof spawn>) {
    super(child);
    this.#type = (keys) => child.stdin?.write(keys);
  }

  /** script(1) makes the terminal and passes keys on; it exits with the command's own code (-e). */
  static start(argv: readonly string[], { cwd, env }: { cwd: string; env: Record<string, string> }): OnTerminal {
    const line = argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    // A terminal that nobody looks at has no size, and programs would write one letter a line.
    const sized = `stty cols 100 rows 40; exec ${line}`;
    const child = spawn('script', ['--quiet', '--flush', '--return', '--command', sized, '/dev/null'], {
      cwd,
      env: { ...env, TERM: 'xterm', NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return new OnTerminal(child);
  }

  type(keys: string): void {
    this.#type(keys);
  }
}
