// What a gateway needs at run time: validators of the frames and parameters that it receives.
export * from './gen/server.gen.ts';
export * from './validator.ts';
