export const root: string;
export function ensureInstalled(): void;
export function ensureBuilt(): Promise<void>;
export function ensureWindow(): Promise<void>;
export function giveUp(english: string, chinese: string, code?: number): never;
