export * from './audit.ts';
export * from './channel-secrets.ts';
export * from './facts.ts';
