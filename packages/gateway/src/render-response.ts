import type { ResponseFrame } from '@polygate/protocol';

let last: { payload: unknown; text: string } = { payload: undefined, text: '' };

/** A response as text. The same payload, given to one client after the other, is rendered once: none is changed after it was given. */
export function renderResponse(frame: ResponseFrame): string {
  const { id, ok, payload } = frame;
  if (!ok || payload === undefined) return JSON.stringify(frame);
  if (last.payload !== payload) last = { payload, text: JSON.stringify(payload) };
  return `{"type":"res","id":${JSON.stringify(id)},"ok":true,"payload":${last.text}}`;
}
