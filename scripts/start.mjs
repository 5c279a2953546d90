// `npm start`: from a fresh clone to the window in a browser. `npm start -- --no-open` only prints its address.
// What else follows `--` goes to `gradloom serve`, for example --port 8000.
import { spawn } from "node:child_process";
import path from "node:path";
import { ensureBuilt, ensureInstalled, root } from "./ensure.mjs";

const given = process.argv.slice(2);
const rest = given.filter((argument) => argument !== "--no-open");
const hasScreen = process.platform !== "linux" || !!process.env.DISPLAY || !!process.env.WAYLAND_DISPLAY;
const open = given.length === rest.length && hasScreen;

const say = (english, chinese) => process.stdout.write(`${english}\n${chinese}\n\n`);
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

ensureInstalled();
await ensureBuilt();
const gradloom = path.join(root, "scripts", "gradloom.mjs");
const start = (args, stdout) => spawn(process.execPath, [gradloom, ...args], { stdio: ["inherit", stdout, "inherit"] });

const window = start(["serve", ...(open ? ["--open"] : []), ...rest], hasScreen ? "inherit" : "pipe");
// Ctrl+C reaches the children themselves; this process waits for them.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => window.kill("SIGTERM"));
window.on("exit", (code) => {
  process.exitCode = code ?? 0;
});
// The address first, so that the two do not write into each other's lines.
window.stdout?.pipe(process.stdout);
window.stdout?.once("data", () => setTimeout(() => start(["train", "lenet"], "inherit"), 500));
