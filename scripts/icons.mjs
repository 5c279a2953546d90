// Draws the icons of the desktop app from build/icon.svg with the Chromium of the tests: `node scripts/icons.mjs`.
// The pictures are committed, since packaging must not need a browser.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { ensureChromium } from "./chromium.mjs";
import { giveUp, root } from "./ensure.mjs";

const folder = path.join(root, "build");
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const icoSizes = [16, 24, 32, 48, 64, 128, 256];
/** Types of an icns by the size of the picture; those with @2x are the same pictures again. */
const icnsTypes = {
  16: ["icp4"],
  32: ["icp5", "ic11"],
  64: ["ic12"],
  128: ["ic07"],
  256: ["ic08", "ic13"],
  512: ["ic09", "ic14"],
  1024: ["ic10"],
};

const found = ensureChromium();
if (!found.path) giveUp(`No Chromium: ${found.reason}.`, "没有可用的 Chromium。");
const browser = await chromium.launch({ executablePath: found.path, args: ["--no-sandbox"] });
const page = await browser.newPage();
const svg = readFileSync(path.join(folder, "icon.svg"), "utf8");
const pictures = new Map();
for (const size of sizes) {
  await page.setViewportSize({ width: size, height: size });
  // Small ones fill their square: the margin that a large one has would eat their lines.
  const drawn = size <= 48 ? svg.replace('viewBox="0 0 1024 1024"', 'viewBox="56 56 912 912"') : svg;
  await page.setContent(`<style>html,body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${drawn}`);
  pictures.set(size, await page.screenshot({ omitBackground: true }));
}
await browser.close();

mkdirSync(path.join(folder, "icons"), { recursive: true });
for (const [size, png] of pictures) writeFileSync(path.join(folder, "icons", `${size}x${size}.png`), png);
writeFileSync(path.join(folder, "icon.ico"), ico());
writeFileSync(path.join(folder, "icon.icns"), icns());

/** A directory of pictures, and then the pictures, which may be PNGs. */
function ico() {
  const head = Buffer.alloc(6 + 16 * icoSizes.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(icoSizes.length, 4);
  let offset = head.length;
  icoSizes.forEach((size, i) => {
    const at = 6 + 16 * i;
    const { length } = pictures.get(size);
    // 0 stands for 256.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += length;
  });
  return Buffer.concat([head, ...icoSizes.map((s) => pictures.get(s))]);
}

/** Blocks of a type, a length and a PNG each. */
function icns() {
  const block = (type, body) => {
    const head = Buffer.alloc(8);
    head.write(type, 0, "latin1");
    head.writeUInt32BE(body.length + 8, 4);
    return Buffer.concat([head, body]);
  };
  const blocks = Object.entries(icnsTypes).flatMap(([size, types]) =>
    types.map((type) => block(type, pictures.get(Number(size)))),
  );
  return block("icns", Buffer.concat(blocks));
}
