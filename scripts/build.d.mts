export function buildIfNeeded(): Promise<void>;
export function build(): Promise<void>;
