import type { Handler } from '../route.ts';
import { modelNames, notThere } from './target.ts';

/** `GET /v1/models`, and one of them below it. */
export const models: Handler = (exchange) => {
  const { state, rest } = exchange;
  const created = Math.floor(state.startedAt / 1_000);
  const all = modelNames(state).map(({ id, owner }) => ({ id, object: 'model', created, owned_by: owner }));
  if (rest === '' || rest === '/') return exchange.json(200, { object: 'list', data: all });
  const wanted = decoded(rest.slice(1));
  const found = all.find(({ id }) => id === wanted);
  if (!found) throw notThere(wanted);
  return exchange.json(200, found);
};

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
