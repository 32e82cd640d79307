// What Polygate writes down of instances, and is read by all but the lightest commands.
export { validateLedger } from './gen/ledger.validator.gen.ts';
export { validateSettingsOutline } from './gen/settings-outline.validator.gen.ts';
