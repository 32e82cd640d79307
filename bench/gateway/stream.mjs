// What /v1/chat/completions adds to a model: first streamed byte, and tokens a second, beside the same model server asked directly.
import { performance } from 'node:perf_hooks';
import { median } from '../lib/measure.mjs';

/** DESIGN of the project: the share of the model's own tokens a second that a client of the gateway should get. */
const FIGURE = 0.9;
const ROUNDS = 5;
/** At 200 a second, two seconds. */
const WORDS = 400;

/** The paced model of fixtures/servers/model.mjs, directly and through the gateway, in turns. */
export async function besideTheModel(baseUrl, gateway) {
  console.log(
    `\nstreams  gateway ms to first  tokens/s   direct ms to first  tokens/s   ratio of tokens/s (of a model that is paced at 200 a second)`,
  );
  const direct = { baseUrl, model: 'paced' };
  const through = { ...gateway, model: 'local/paced' };
  await Promise.all([stream(direct, 5), stream(through, 5)]);
  for (const count of [1, 10]) {
    const rounds = { ours: [], theirs: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.ours.push(...(await Promise.all(Array.from({ length: count }, () => stream(through, WORDS)))));
      rounds.theirs.push(...(await Promise.all(Array.from({ length: count }, () => stream(direct, WORDS)))));
    }
    const of = (list) => ({ first: median(list.map((r) => r.firstMs)), perSecond: median(list.map((r) => r.perSecond)) });
    const [ours, theirs] = [of(rounds.ours), of(rounds.theirs)];
    const cells = [ours, theirs].map(
      ({ first, perSecond }) => `${first.toFixed(1).padStart(19)}  ${perSecond.toFixed(1).padStart(8)}`,
    );
    console.log(
      `${String(count).padStart(7)}  ${cells.join('  ')}   ${(ours.perSecond / theirs.perSecond).toFixed(3)} (figure: ≥ ${FIGURE}); first byte + ${(ours.first - theirs.first).toFixed(1)} ms`,
    );
  }
}

/** One answer, streamed: milliseconds to its first text, and texts a second from the first to the last. */
async function stream({ baseUrl, token, model }, words) {
  const began = performance.now();
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'word '.repeat(words - 2).trim() }] }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  let [first, last, said] = [0, 0, 0];
  let text = '';
  for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {
    text += bytes;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const content = contentOf(event);
      if (content === '') continue;
      last = performance.now();
      first ||= last;
      // What a gateway joined is as many words as are in it.
      said += content.match(/\S+/g)?.length ?? 0;
    }
  }
  if (said !== words) throw new Error(`${said} of ${words} words came`);
  return { firstMs: first - began, perSecond: (said - 1) / ((last - first) / 1_000) };
}

function contentOf(event) {
  const data = /^data: (\{.*)$/m.exec(event)?.[1];
  return (data && JSON.parse(data).choices?.[0]?.delta?.content) || '';
}
