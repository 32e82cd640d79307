import type { ClientIdentity, GatewayConnection } from '@polygate/client';
import { gatewayUrl } from '@polygate/core';
import { judgeIdentity } from '@polygate/core/status';
import type { InstanceSpec } from '@polygate/core/supervise';
import type { Answer } from './ask.ts';
import type { Pool } from './pool.ts';

export interface LadderOptions {
  client: ClientIdentity;
  pool: Pool;
  signal: AbortSignal;
  now(): number;
  /** Who owns the port, the child among them when it or a child of its own does. */
  owners(pid: number, port: number): Promise<ReadonlySet<number>>;
  /** The held connection was closed by the other side. */
  onLost(closed: { code: number; reason: string }): void;
}

/** Real gateways count wrong secrets and lock out who shows them: after a refusal it is shown again this rarely. */
const REFUSED_FIRST_MS = 60_000;
const REFUSED_LONGEST_MS = 600_000;

/**
 * The probe ladder of one child: climbed until it is at the top, and then one connection is held, on which each asking is one
 * call of `health`. What goes wrong on it sends the next asking back to the foot of the ladder.
 */
export class LadderProbe {
  readonly #spec: InstanceSpec;
  readonly #pid: number;
  readonly #options: LadderOptions;
  readonly #url: string;
  #held: GatewayConnection | undefined;
  #refusals = 0;
  #silentUntil = 0;

  constructor(spec: InstanceSpec, pid: number, options: LadderOptions) {
    this.#spec = spec;
    this.#pid = pid;
    this.#options = options;
    this.#url = gatewayUrl(spec.target.host, spec.target.port);
    options.signal.addEventListener('abort', () => this.#letGo(), { once: true });
  }

  get heldVersion(): string | undefined {
    return this.#held?.hello.server.version;
  }

  /** undefined: it was closed before its turn came. A call on the held connection takes no place of the pool: it costs a frame. */
  async ask(timeoutMs: number): Promise<Answer | undefined> {
    const { pool, signal } = this.#options;
    if (this.#held) return this.#callHealth(this.#held, timeoutMs);
    return pool.run(() => this.#climb(timeoutMs), signal);
  }

  async #callHealth(held: GatewayConnection, timeoutMs: number): Promise<Answer> {
    const { classifyFailure, RequestRefused, SocketClosed } = await import('@polygate/client');
    try {
      await held.call('health', {}, timeoutMs);
      return { outcome: 'ok', detail: 'health is answered' };
    } catch (error) {
      if (error instanceof RequestRefused) return { outcome: 'rpc-failed', detail: `health: ${error.message}` };
      // One that the other side closed is told as lost, a call under way or not.
      if (this.#held === held && !(error instanceof SocketClosed)) this.#letGo();
      const { outcome, reason } = classifyFailure(error);
      return { outcome, detail: reason };
    }
  }

  async #climb(timeoutMs: number): Promise<Answer> {
    const { climb } = await import('@polygate/client');
    if (this.#options.now() < this.#silentUntil) return this.#askForChallenge(timeoutMs);
    const { target } = this.#spec;
    const report = await climb({
      url: this.#url,
      ...{ token: target.token, password: target.password, client: this.#options.client, timeoutMs },
      identify: ({ snapshot }) => this.#identify(snapshot.stateDir),
    });
    if (report.outcome === 'unauthorized') this.#noteRefusal();
    if (report.outcome === 'ok') await this.#hold(timeoutMs);
    const detail = report.reason ?? 'every rung of the ladder holds';
    // A call that is not answered is silence; one that is refused is an answer.
    const unanswered = report.outcome === 'rpc-failed' && /no answer to|closed/.test(detail);
    return { outcome: unanswered ? 'silent' : report.outcome, detail };
  }

  /** Is it there, asked without showing the secret. */
  async #askForChallenge(timeoutMs: number): Promise<Answer> {
    const { classifyFailure, openChallenged } = await import('@polygate/client');
    try {
      (await openChallenged(this.#url, timeoutMs)).socket.close();
      return { outcome: 'unauthorized', detail: 'it refused the secret, which is shown to it again later' };
    } catch (error) {
      const { outcome, reason } = classifyFailure(error);
      return { outcome, detail: reason };
    }
  }

  #noteRefusal(): void {
    this.#silentUntil = this.#options.now() + Math.min(REFUSED_LONGEST_MS, REFUSED_FIRST_MS * 2 ** this.#refusals);
    this.#refusals += 1;
  }

  async #identify(said: string | undefined): Promise<{ ok: boolean; detail: string }> {
    const { identity, target } = this.#spec;
    const owners = await this.#options.owners(this.#pid, target.port);
    const stateDirs = [identity.stateDir, this.#spec.document.stateDir];
    const { namesItself } = identity;
    return judgeIdentity({ stateDirs, said, namesItself, pid: this.#pid, owners, given: undefined });
  }

  /** That it cannot be held is found out, and told, by the next asking. */
  async #hold(timeoutMs: number): Promise<void> {
    const { connectGateway } = await import('@polygate/client');
    const { target } = this.#spec;
    const { client, signal } = this.#options;
    this.#refusals = 0;
    const held = await connectGateway({
      url: this.#url,
      ...{ token: target.token, password: target.password, client, timeoutMs },
    }).catch(() => undefined);
    if (!held) return;
    if (signal.aborted) return held.close();
    this.#held = held;
    void held.closed.then((closed) => {
      if (this.#held !== held) return;
      this.#held = undefined;
      this.#options.onLost(closed);
    });
  }

  #letGo(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.close();
  }
}
