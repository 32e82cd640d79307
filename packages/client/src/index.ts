export * from './connect.ts';
export * from './failure.ts';
export * from './ladder.ts';
export * from './socket.ts';
