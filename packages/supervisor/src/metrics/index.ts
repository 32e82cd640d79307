// Loaded when somebody asks for metrics: the library costs more than all that a supervisor does.
export * from './open.ts';
export * from './serve.ts';
