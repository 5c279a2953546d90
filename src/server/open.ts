import { spawn } from "node:child_process";

/** The program of each system that opens an address in the user's browser. */
const openers: { readonly [platform: string]: readonly [command: string, ...args: string[]] } = {
  darwin: ["open"],
  // `start` is a word of the shell, and its first quoted argument would be a title.
  win32: ["cmd", "/c", "start", ""],
};
const otherwise = ["xdg-open"] as const;

/** Longer than that, the program is showing the browser itself and all is well (ms). */
const patience = 2000;

/** Opens an address in the user's browser. False where there is no screen, no such program, or it failed. */
export function openInBrowser(url: string): Promise<boolean> {
  const { platform, env } = process;
  const screen = platform === "win32" || platform === "darwin" || !!env["DISPLAY"] || !!env["WAYLAND_DISPLAY"];
  if (!screen) return Promise.resolve(false);
  const [command, ...args] = openers[platform] ?? otherwise;
  return new Promise((resolve) => {
    const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
    const timer = setTimeout(() => resolve(true), patience);
    const done = (opened: boolean): void => {
      clearTimeout(timer);
      resolve(opened);
    };
    child.once("error", () => done(false));
    child.once("exit", (code) => done(code === 0));
    child.unref();
  });
}
