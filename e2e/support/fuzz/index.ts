export { configs } from './configs.ts';
export { crowd, guessers } from './crowd.ts';
export { fuzz } from './fuzz.ts';
export { openHeap } from './heap.ts';
export { fuzzHttp } from './http.ts';
