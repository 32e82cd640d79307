import { pages } from '../gen/pages.gen.ts';

/** What a canvas shows in which nothing is yet. */
export const canvasPage: string = pages.canvas?.['index.html'] ?? '';
