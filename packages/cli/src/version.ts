declare const POLYGATE_VERSION: string;

/** Version of this command, put in by the bundler. */
export const VERSION: string = typeof POLYGATE_VERSION === 'string' ? POLYGATE_VERSION : '0.0.0-dev';
