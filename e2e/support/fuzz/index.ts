export { crowd, guessers } from './crowd.ts';
export { fuzz } from './fuzz.ts';
export { openHeap } from './heap.ts';
