export function findChromium(): string | null;
export function ensureChromium(): { readonly path: string } | { readonly reason: string };
