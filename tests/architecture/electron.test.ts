import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { testElectronVersion } from "../../scripts/electron-runtime.mjs";
import { root } from "./sources.ts";

interface File {
  readonly name: string;
  readonly text: string;
}

const filesUnder = (folder: string): readonly File[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.split(path.sep).join("/")}`)
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({ name, text: readFileSync(path.join(root, name), "utf8") }));

const importsOf = ({ text }: File): string[] =>
  ts.preProcessFile(text, true, true).importedFiles.map((f) => f.fileName);

const app = filesUnder("electron");
const window = filesUnder("renderer");

describe("imports of the desktop app", () => {
  test("the window knows neither Electron nor Node nor onnxruntime, nor the app around it", () => {
    expect(window.length).toBeGreaterThan(100);
    const wrong = window.flatMap((f) =>
      importsOf(f)
        .filter(
          (i) =>
            /^(?:electron|onnxruntime-|node:)/.test(i) ||
            /(?:^|\/)electron\//.test(i) ||
            /src\/(?:engine|server|cli)\//.test(i),
        )
        .map((i) => `${f.name}: ${i}`),
    );
    expect(wrong).toEqual([]);
  });

  test("only electron/ipc touches ipcMain and ipcRenderer", () => {
    const touching = app.filter((f) => /\bipc(?:Main|Renderer)\b/.test(f.text)).map((f) => f.name);
    expect(touching.sort()).toEqual(["electron/ipc/handle.ts", "electron/ipc/page.ts"]);
  });

  test("the preload script carries no code but its own: schemas stay in the app's process", () => {
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      const file = { name, text: readFileSync(path.join(root, name), "utf8") };
      // What is imported for its types only is not there when it runs.
      const values = file.text.replace(/^import type .*?;$/gms, "");
      for (const i of importsOf({ name, text: values })) {
        if (i.startsWith(".")) visit(path.posix.join(path.posix.dirname(name), i));
        else expect(i, name).toBe("electron");
      }
    };
    visit("electron/preload.ts");
    expect([...seen].sort()).toEqual([
      "electron/ipc/names.ts",
      "electron/ipc/page.ts",
      "electron/preload.ts",
      "src/protocol/desktop.ts",
    ]);
  });

  test("what is shipped is not the runtime of the tests", () => {
    const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      devDependencies: { readonly electron: string };
    };
    expect(Number.parseInt(manifest.devDependencies.electron, 10)).toBeGreaterThan(
      Number.parseInt(testElectronVersion, 10),
    );
  });

  test("the app imports of the program what is meant to be used from outside", () => {
    const wrong = app.flatMap((f) =>
      importsOf(f)
        .filter((i) => i.startsWith("."))
        .map((i) => path.posix.join(path.posix.dirname(f.name), i))
        .filter((target) => !/^(?:electron|src\/(?:core|protocol|i18n|engine|server))\//.test(target))
        .map((target) => `${f.name}: ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("packages are bundled: only Electron and what it brings are there when the app runs", () => {
    const packages = new Set(app.flatMap(importsOf).filter((i) => !i.startsWith(".") && !i.startsWith("node:")));
    expect([...packages].sort()).toEqual(["electron", "zod"]);
  });
});
