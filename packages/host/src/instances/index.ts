// All instances of the account, and the record of them. Apart from the rest of the host: a command about one instance needs
// none of it.
export * from './known.ts';
export * from './list.ts';
export * from './record.ts';
