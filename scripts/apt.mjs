// Packages of Debian that tests need, installed where that can be done without a question: as root, or by a sudo that asks
// for no password.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

export function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs packages; null when that was done, else the reason why it was not. `what` tells the user what is installed. */
export function aptInstall(packages, what) {
  const apt = ["/usr/bin/apt-get", "/bin/apt-get"].find(isProgram);
  if (!apt) return "there is no apt-get to install it";
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (sudo.length > 0 && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status !== 0) {
    return "installing it needs root";
  }
  process.stderr.write(`Installing ${what} (once) … / 正在安装 ${what}（仅此一次）…\n`);
  const run = (...args) => {
    const [command, ...rest] = [...sudo, "env", "DEBIAN_FRONTEND=noninteractive", apt, ...args];
    return spawnSync(command, rest, { stdio: ["ignore", "ignore", 2] }).status === 0;
  };
  run("update", "-q");
  return run("install", "-qy", "--no-install-recommends", ...packages)
    ? null
    : `apt-get could not install ${packages.join(" ")}`;
}
