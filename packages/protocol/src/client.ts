// What a client needs at run time: types, and validators of the frames that it receives.
export * from './gen/client.gen.ts';
export type * from './gen/types.gen.ts';
