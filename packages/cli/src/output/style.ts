import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
let coloured = true;

/** Colours are for terminals: off with --no-color, NO_COLOR, or when the output is piped. */
export function setColour(on: boolean): void {
  coloured = on;
}

export function style(name: Style, text: string): string {
  return coloured ? styleText(name, text) : text;
}
