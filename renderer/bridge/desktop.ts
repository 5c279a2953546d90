import type { DesktopApi } from "../../src/protocol/desktop.ts";

declare global {
  interface Window {
    readonly gradloom?: DesktopApi;
  }
}

/** The desktop app around this window; null in a browser. */
export const desktop: DesktopApi | null = globalThis.window?.gradloom ?? null;
