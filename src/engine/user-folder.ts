import os from "node:os";
import path from "node:path";

/**
 * The folder of this user for what Gradloom keeps by itself, as each system has it: `$XDG_DATA_HOME/gradloom` (or
 * `~/.local/share/gradloom`), `%LOCALAPPDATA%\Gradloom`, `~/Library/Application Support/Gradloom`.
 */
export function userDataFolder(
  platform: NodeJS.Platform = os.platform(),
  env: { readonly [name: string]: string | undefined } = process.env,
  home: string = os.homedir(),
): string {
  if (platform === "win32")
    return path.win32.join(env["LOCALAPPDATA"] || path.win32.join(home, "AppData", "Local"), "Gradloom");
  if (platform === "darwin") return path.posix.join(home, "Library", "Application Support", "Gradloom");
  const given = env["XDG_DATA_HOME"];
  // The specification: a path that is not absolute is to be ignored.
  const base = given && path.posix.isAbsolute(given) ? given : path.posix.join(home, ".local", "share");
  return path.posix.join(base, "gradloom");
}
