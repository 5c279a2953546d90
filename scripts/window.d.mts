export function buildWindowIfNeeded(): Promise<void>;
