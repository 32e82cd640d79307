/** A clock that only moves when somebody waits: sleeping takes no time at all, and what was slept is kept. */
export class FakeClock {
  ms: number;
  readonly slept: number[] = [];

  constructor(startMs: number = Date.UTC(2026, 0, 31)) {
    this.ms = startMs;
  }

  now = (): number => this.ms;

  monotonic = (): number => this.ms;

  random = (): number => 0.5;

  sleep = async (ms: number): Promise<void> => {
    this.slept.push(ms);
    this.ms += ms;
  };
}
