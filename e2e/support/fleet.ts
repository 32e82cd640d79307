import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterTest, ROOT } from './world.ts';

export interface FleetEvent {
  id: string;
  event: string;
  message: string;
  pid: number | null;
}

export interface FleetReport {
  id: string;
  state: string;
  pid: number | null;
  adopted: boolean;
  verdict: string;
  reason: string | null;
  restarts: number;
  notes: string[];
  wanted: { value: boolean };
  deaths: { code: number | null; signal: string | null; by: string | null; lastLine: string | null }[];
}

/** A supervising process, told what to do. */
export class FleetProcess {
  readonly events: FleetEvent[] = [];
  readonly exited: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  #n = 0;

  constructor() {
    this.#child = fork(path.join(ROOT, 'e2e/support/fleet-driver.mjs'), {
      env: { PATH: process.env.PATH ?? '' },
      stdio: 'inherit',
    });
    this.exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.on(
      'message',
      ({ n, event, result, error }: { n: number; event: FleetEvent; result: unknown; error: unknown }) => {
        if (event) this.events.push(event);
        else if (error) this.#answers.get(n)?.reject(error);
        else this.#answers.get(n)?.resolve(result);
      },
    );
    afterTest(async () => {
      await this.kill();
    });
  }

  ask<T = unknown>(op: string, args: object = {}): Promise<T> {
    this.#n += 1;
    const n = this.#n;
    return new Promise<T>((resolve, reject) => {
      this.#answers.set(n, { resolve: resolve as (value: unknown) => void, reject });
      this.#child.send({ n, op, ...args });
    });
  }

  reports(): Promise<FleetReport[]> {
    return this.ask<FleetReport[]>('reports');
  }

  async report(id: string): Promise<FleetReport> {
    return (await this.reports()).find((report) => report.id === id) as FleetReport;
  }

  /** Waits for an event of an instance, from the `from`th on. */
  async until(id: string, event: string, from = 0): Promise<FleetEvent> {
    return waitFor(`${event} of ${id}`, () => this.events.slice(from).find((e) => e.id === id && e.event === event));
  }

  /** Ends it as nothing else would: its children are not asked. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }
}

/** Waits until something is there, with a bound. */
export async function waitFor<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + 20_000; ; await delay(10)) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`never came: ${what}`);
  }
}

/** Runs and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
