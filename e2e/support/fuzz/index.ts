export { crowd, guessers } from './crowd.ts';
export { fuzz } from './fuzz.ts';
