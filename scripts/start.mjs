// `npm start`: from a fresh clone to the window. It opens in Electron; where there is none to be had, in a browser.
// `npm start -- --browser` prefers the browser, `--no-open` only prints the address. What else follows `--` goes to
// `gradloom serve` (for example --port 8000), or to the desktop app (documents to open).
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { ensureElectron, runElectron } from "./electron.mjs";
import { ensureBuilt, ensureInstalled, ensureWindow, root } from "./ensure.mjs";
import { noticesFile, writeNotices } from "./notices.mjs";

const own = new Set(["--no-open", "--browser"]);
const given = process.argv.slice(2);
const rest = given.filter((argument) => !own.has(argument));
const hasScreen = process.platform !== "linux" || !!process.env.DISPLAY || !!process.env.WAYLAND_DISPLAY;
const open = !given.includes("--no-open") && hasScreen;
// Its own options are those of the browser mode: whoever names one wants that.
const served = given.length > rest.length || rest.some((a) => /^--(?:port|runs|json|lang)\b/.test(a));

const say = (english, chinese) => process.stdout.write(`${english}\n${chinese}\n\n`);

ensureInstalled();
await ensureBuilt();
if (!hasScreen || served || !(await inElectron())) inBrowser();

/** Shows the window in Electron until it is closed. False, and a word why, where that cannot be. */
async function inElectron() {
  const found = await ensureElectron(rest);
  if (found.program) {
    await ensureWindow();
    if (!existsSync(noticesFile)) writeNotices();
    if (await runElectron(found.program, rest)) return true;
  }
  const { reason, chinese } = found.program
    ? { reason: "Electron did not start", chinese: "Electron 未能启动" }
    : found;
  process.stdout.write(`No desktop window: ${reason}.\n没有桌面窗口：${chinese}。\n\n`);
  return false;
}

function inBrowser() {
  if (open) {
    say(
      "Gradloom opens in your browser. If it does not, open the address below.",
      "Gradloom 将在浏览器中打开。如果没有打开，请访问下面的网址。",
    );
  } else if (!hasScreen) {
    say(
      "There is no screen here. The window is served at the address below, for a browser on this machine, and LeNet is trained here in the terminal. Ctrl+C ends both.",
      "这里没有屏幕。窗口可用本机浏览器访问下面的网址；同时在终端中训练 LeNet。按 Ctrl+C 结束。",
    );
  }
  const gradloom = path.join(root, "scripts", "gradloom.mjs");
  const start = (args, stdout) =>
    spawn(process.execPath, [gradloom, ...args], { stdio: ["inherit", stdout, "inherit"] });
  // A document is named to the desktop app only.
  const options = rest.filter((a) => !/\.(?:gradloom|json)$/i.test(a) && a !== "--no-sandbox");
  const window = start(["serve", ...(open ? ["--open"] : []), ...options], hasScreen ? "inherit" : "pipe");
  // Ctrl+C reaches the children themselves; this process waits for them.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => window.kill("SIGTERM"));
  window.on("exit", (code) => {
    process.exitCode = code ?? 0;
  });
  // The address first, so that the two do not write into each other's lines.
  window.stdout?.pipe(process.stdout);
  window.stdout?.once("data", () => setTimeout(() => start(["train", "lenet"], "inherit"), 500));
}
