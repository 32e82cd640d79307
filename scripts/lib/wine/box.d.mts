export const BOX: string;
export const WINE: string;
export const NODES: readonly string[];
export function wineEnv(more?: Record<string, string>): Record<string, string>;
export function ensureBox(): Promise<void>;
export function startBox(): void;
export function endBox(): void;
