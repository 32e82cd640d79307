export * from './select.ts';
export * from './systemd/survey.ts';
