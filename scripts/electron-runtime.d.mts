export const testElectronVersion: string;
export function ensureTestElectron(): { readonly folder: string } | { readonly reason: string };
