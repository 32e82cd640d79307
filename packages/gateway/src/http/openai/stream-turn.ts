import type { Turn, TurnResult } from '../../turns/turn.ts';
import { within } from '../../within.ts';
import { EventStream } from '../event-stream.ts';
import type { Exchange } from '../exchange.ts';
import { asHttpError, HttpError } from '../http-error.ts';

/** How an API tells what happens, as whole events. */
export interface Form {
  begin(): string;
  text(delta: string): string;
  end(result: TurnResult): string;
  failed(error: HttpError): string;
}

/** Until then a failure is told by its status, as nothing was sent yet; who waits longer is to see that somebody is there. */
const HEAD_AFTER_MS = 5_000;

/** Tells a turn as it goes. @throws WireError for one that fails before it says anything */
export async function streamTurn(exchange: Exchange, turn: Turn, form: Form): Promise<void> {
  const texts = turn.deltas();
  let next = texts.next();
  // The end of the turn wakes its readers too.
  if ((await within(next, HEAD_AFTER_MS)) && (await next).done) await turn.final;
  if (exchange.gone.aborted) return;
  const stream = new EventStream(exchange);
  await stream.write(form.begin());
  for (let piece = await next; !piece.done; piece = await next) {
    await stream.write(form.text(piece.value));
    next = texts.next();
  }
  await stream.write(
    await turn.final.then(
      (result) => form.end(result),
      (error: unknown) => form.failed(asHttpError(error) ?? new HttpError('INTERNAL', 'internal error')),
    ),
  );
  stream.end();
}
