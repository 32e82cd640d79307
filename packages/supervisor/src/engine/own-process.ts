import type { ChildProcess } from 'node:child_process';
import type { InstanceSpec } from '@polygate/core/supervise';
import { MARKER } from '../adopt/marked.ts';
import type { Engine } from './engine.ts';
import { signalGroup, signalProcess } from './groups.ts';
import { launch, type SpawnFailure } from './spawn.ts';

export interface OwnProcessOptions {
  engine: Engine;
  exited(pid: number, code: number | null, signal: string | null): void;
  /** A process that is no child of this one is not there any more. */
  gone(pid: number): void;
}

/** The process of one instance: started by this supervisor, or taken over by its pid and its stamp. */
export class OwnProcess {
  /** null: it was taken over, or there is none. */
  #process: ChildProcess | null = null;
  #stamp: string | null = null;
  readonly #options: OwnProcessOptions;

  constructor(options: OwnProcessOptions) {
    this.#options = options;
  }

  /** Names it for good; null while that is not known, or there is none. */
  get stamp(): string | null {
    return this.#stamp;
  }

  /** It was started by this supervisor, which is told how it ends. */
  get isChild(): boolean {
    return this.#process !== null;
  }

  start(spec: InstanceSpec, argv: readonly string[]): { pid: number } | { failed: Promise<SpawnFailure> } {
    const { engine, exited } = this.#options;
    const launched = launch(spec, argv, { [MARKER.id]: spec.id, [MARKER.folder]: engine.folder });
    if ('failed' in launched) return launched;
    const { pid, process } = launched;
    this.#process = process;
    // What it says after its start concerns signals sent through it, and none is.
    process.on('error', () => undefined);
    process.once('exit', (code, signal) => exited(pid, code, signal));
    return { pid };
  }

  takeOver(stamp: string): void {
    this.#stamp = stamp;
  }

  /** Looks its stamp up. True when that is known now. */
  async identify(pid: number): Promise<boolean> {
    const started = this.#process;
    const info = await this.#options.engine.host.processes.info(pid);
    if (!info || this.#process !== started) return false;
    this.#stamp = info.stamp;
    return true;
  }

  /** Watches for the end of one that is no child of this supervisor. */
  watchEnd(pid: number): void {
    if (!this.#process && this.#stamp !== null) {
      this.#options.engine.adopted.add(pid, this.#stamp, () => this.#options.gone(pid));
    }
  }

  /** It may have ended just now. */
  look(pid: number): void {
    if (!this.#process) this.#options.engine.adopted.look(pid);
  }

  /** Asks it to end, or ends it and its group. Where there are no signals: by a call, at once where that cannot be asked of it. */
  end(spec: InstanceSpec, pid: number, how: 'stop' | 'SIGKILL'): void {
    if (this.#options.engine.host.processes.endTree) void this.#endWithoutSignals(spec, pid, how);
    else this.#whileItself(pid, () => signalGroup(pid, how === 'stop' ? spec.stop.signal : how));
  }

  /** `to`: itself or one of its descendants. */
  signalOne(pid: number, to: number, signal: NodeJS.Signals): void {
    this.#whileItself(pid, () => signalProcess(to, signal));
  }

  forget(): void {
    this.#process = null;
    this.#stamp = null;
  }

  /** Is told of it no more; it goes on. */
  letGo(): void {
    this.#process?.removeAllListeners('exit');
    this.#process?.unref();
  }

  async #endWithoutSignals(spec: InstanceSpec, pid: number, how: 'stop' | 'SIGKILL'): Promise<void> {
    const { engine } = this.#options;
    const [child, stamp] = [this.#process, this.#stamp];
    if (how === 'stop' && (await engine.askToEnd(spec))) return;
    if (this.#process !== child || this.#stamp !== stamp) return;
    // Not looked up yet: it is a child that has just been started.
    if (stamp === null) child?.kill('SIGKILL');
    else await engine.host.processes.signal({ pid, stamp }, 'SIGKILL');
    this.look(pid);
  }

  /** One that was taken over is signalled only while it is the process that was taken over. */
  #whileItself(pid: number, body: () => void): void {
    if (this.#process) {
      body();
      return;
    }
    const { engine, gone } = this.#options;
    const stamp = this.#stamp;
    void engine.host.processes.info(pid).then((info) => {
      if (stamp !== null && info?.stamp === stamp) body();
      else gone(pid);
    });
    engine.adopted.look(pid);
  }
}
