import type { PsDocument } from '@polygate/core';
import type { Handler } from '../command.ts';
import type { Context } from '../context.ts';
import { connectSupervisor, withSupervisor } from '../jobs/supervise/ask.ts';
import { psDocument, psText } from '../jobs/supervise/ps.ts';
import { repaint } from '../output/repaint.ts';

/** At a burst of changes it is shown once. */
const QUIET_MS = 100;

export const run: Handler = async (context, { watch }) => {
  if (watch) {
    await watchAll(context);
    return {};
  }
  const document = await now(context);
  return {
    json: document,
    // Of many instances it takes its time, and a script does not read it.
    get text() {
      return psText(context, document);
    },
  };
};

async function now(context: Context): Promise<PsDocument> {
  const connection = await connectSupervisor(context);
  if (connection) {
    try {
      return psDocument(connection.hello, await connection.ask('list', {}));
    } finally {
      connection.close();
    }
  }
  const { lastKnown } = await import('../jobs/supervise/last-known.ts');
  return psDocument(null, await lastKnown(context));
}

/** Until the supervisor ends, or Ctrl-C. */
async function watchAll(context: Context): Promise<void> {
  await withSupervisor(context, async (connection) => {
    let timer: NodeJS.Timeout | undefined;
    const show = async () => {
      timer = undefined;
      const document = psDocument(connection.hello, await connection.ask('list', {}));
      if (context.globals.json) context.emit(JSON.stringify(document));
      else repaint(psText(context, document));
    };
    await connection.events(() => {
      timer ??= setTimeout(() => void show().catch(() => undefined), QUIET_MS);
    });
    await show();
    await connection.closed;
    clearTimeout(timer);
  });
}
