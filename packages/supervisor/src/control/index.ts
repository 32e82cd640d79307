// What asks a supervisor. Apart from the rest: it needs neither the machine of children nor a WebSocket.
export type * from './answers.ts';
export * from './client.ts';
export * from './place.ts';
