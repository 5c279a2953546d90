import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Channel, channels } from "../../electron/ipc/channels.ts";
import { type DesktopApp, expect, test, writeDocument } from "./support/app.ts";

interface Answer {
  readonly ok: boolean;
  readonly issues?: readonly { readonly code: string; readonly reason?: string }[];
}

/**
 * Sends a message as the preload script does, past what that would let through. The handlers are called as Electron calls
 * them: from inside the app, with the sender that is given.
 */
const send = (app: DesktopApp, channel: string, args: unknown, sender: "own" | "foreign" | "gone" = "own") =>
  app.app.evaluate(
    ({ ipcMain, BrowserWindow }, { channel, args, sender }) => {
      const handlers = (
        ipcMain as unknown as { _invokeHandlers: Map<string, (event: object, args: unknown) => unknown> }
      )._invokeHandlers;
      const frame = BrowserWindow.getAllWindows()[0]?.webContents.mainFrame;
      const foreign = { url: "https://example.com/", parent: null };
      const senderFrame = sender === "own" ? frame : sender === "foreign" ? foreign : null;
      // Bytes do not come through the line of the test.
      const given = Array.isArray(args)
        ? args.map((a: unknown) => (a === "<bytes>" ? new Uint8Array([1, 2]) : a))
        : args;
      const answer = handlers.get(channel)?.({ senderFrame }, given);
      return Promise.resolve(answer).then((a): unknown => JSON.parse(JSON.stringify(a ?? null)));
    },
    { channel, args, sender },
  ) as Promise<Answer>;

const kind = { description: "Gradloom", extensions: ["gradloom", "json"] };
const unknown = "0".repeat(32);
const state = { locale: "en", appearance: "system", edited: false, file: null };
const command = { kind: "command", id: "a", label: "A", keys: null, enabled: true, checked: null };

/** For each channel one message that is taken, and several that are not. */
const cases: { readonly [C in Channel]: { readonly good: unknown[]; readonly bad: unknown[] } } = {
  "files.choose": {
    good: [kind],
    bad: [
      [],
      [{}],
      [{ ...kind, extensions: [] }],
      [{ ...kind, extensions: ["../x"] }],
      [{ ...kind, path: "/etc" }],
      "x",
    ],
  },
  "files.grant": { good: [[]], bad: [[], ["/etc/passwd"], [[1]], [[""]], [["x".repeat(40_000)]], [[], []]] },
  "files.read": {
    good: ["<known>"],
    bad: [[], ["/etc/passwd"], ["../../etc"], [7], [unknown], [unknown, unknown], [null]],
  },
  "files.save": {
    good: ["<known>", "<bytes>", null],
    bad: [
      ["<known>"],
      ["<known>", "text", null],
      [unknown, "<bytes>", null],
      ["/tmp/x", "<bytes>", null],
      ["<known>", "<bytes>", 5],
      null,
    ],
  },
  "files.saveAs": {
    good: ["net.gradloom", "<bytes>", kind],
    bad: [["", "<bytes>", kind], ["a".repeat(300), "<bytes>", kind], ["a", [1], kind], ["a", "<bytes>", {}], ["a"]],
  },
  "files.same": { good: ["<known>", "<known>"], bad: [["<known>"], [unknown, "<known>"], ["/a", "/a"], [1, 2], {}] },
  "engine.connect": { good: [], bad: [[1], ["x"], null, {}, "connect"] },
  "window.ready": { good: [], bad: [[1], null, {}, "x", [[]]] },
  "window.setMenu": {
    good: [[{ kind: "menu", id: "m", label: "M", lines: [command, { kind: "separator" }] }]],
    bad: [
      ...[[], [{}], [[{ kind: "role", role: "quit" }]], [[{ ...command, click: "x" }]], [[{ ...command, id: 4 }]]],
      [Array.from({ length: 21 }, () => command)],
    ],
  },
  "window.setState": {
    good: [state],
    bad: [[], [{ ...state, locale: "fr" }], [{ ...state, file: "/etc/passwd" }], [{ ...state, more: 1 }], [null], [{}]],
  },
  "window.setProgress": { good: [0.5], bad: [[], [2], [-1], ["1"], [Number.NaN], [0.5, 1]] },
  "window.heardClose": { good: [], bad: [[true], null, {}, "x", [[]]] },
  "window.answerClose": { good: [false], bad: [[], ["yes"], [1], [true, true], null] },
  "window.quit": { good: [], bad: [[true], null, {}, "x", [0]] },
  "window.toggleFullScreen": { good: [], bad: [[true], null, {}, "x", [0]] },
  "window.edit": { good: ["selectAll"], bad: [[], ["executeJavaScript"], ["loadURL"], [{}], ["close"]] },
  "window.print": { good: [], bad: [[{ silent: true }], null, {}, "x", [0]] },
  "window.pdf": { good: [], bad: [[{ path: "/tmp/x" }], null, {}, "x", [0]] },
  "window.openOutside": {
    good: ["releases"],
    bad: [[], ["https://example.com"], ["file:///etc/passwd"], ["javascript:1"], [{}], ["constructor"]],
  },
  "window.show": { good: ["own-files"], bad: [[], ["/etc"], ["../.."], [{}], ["toString"]] },
};

test.describe("messages to the app", () => {
  test("each channel takes what fits it and refuses the rest, and strangers altogether", async ({ launch, folder }) => {
    const app = await launch();
    const file = writeDocument(folder, "known.gradloom");
    const id = await open(app, file);
    await app.answerDialogs({ open: [file], save: path.join(folder, "as.gradloom") });
    await quieten(app);
    const known = (args: unknown): unknown =>
      Array.isArray(args) ? args.map((a: unknown) => (a === "<known>" ? id : a)) : args;
    expect(Object.keys(cases).sort()).toEqual(Object.keys(channels).sort());
    const wrong: string[] = [];
    for (const [channel, { good, bad }] of Object.entries(cases)) {
      const taken = await send(app, channel, known(good));
      if (!taken.ok) wrong.push(`${channel} refused ${JSON.stringify(good)}: ${JSON.stringify(taken)}`);
      expect(bad.length, channel).toBeGreaterThanOrEqual(5);
      for (const args of bad) {
        const answer = await send(app, channel, known(args));
        if (answer.ok || answer.issues?.[0]?.code !== "desktop.refused")
          wrong.push(`${channel} took ${JSON.stringify(args)}`);
      }
      for (const sender of ["foreign", "gone"] as const) {
        const answer = await send(app, channel, known(good), sender);
        if (answer.issues?.[0]?.reason !== "foreign sender") wrong.push(`${channel} answered a ${sender} frame`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("there are no other channels", async ({ launch }) => {
    const { app } = await launch();
    const there = await app.evaluate(({ ipcMain }) => [
      ...(ipcMain as unknown as { _invokeHandlers: Map<string, unknown> })._invokeHandlers.keys(),
      // Electron's own.
      ...ipcMain
        .eventNames()
        .map(String)
        .filter((name) => name !== "error"),
    ]);
    expect(there.sort()).toEqual(Object.keys(channels).sort());
  });

  test("files that nobody chose are neither read nor written", async ({ launch, folder }) => {
    const app = await launch();
    const secret = path.join(folder, "secret.json");
    writeFileSync(secret, "secret");
    const answers = await app.page.evaluate(async (secret) => {
      const files = window.gradloom?.files;
      const bytes = new Uint8Array([1]);
      // A drop that the page makes up is no drop.
      window.dispatchEvent(new DragEvent("drop"));
      const dropped = await files?.dropped();
      return [
        (await files?.read(secret))?.ok,
        (await files?.save(secret, bytes, null))?.ok,
        (await files?.read("a".repeat(32)))?.ok,
        dropped?.ok && dropped.value.length,
      ];
    }, secret);
    expect(answers).toEqual([false, false, false, 0]);
    expect(readFileSync(secret, "utf8")).toBe("secret");
  });
});

/** Opens a file by the dialog and gives its handle. */
async function open(app: DesktopApp, file: string): Promise<string> {
  await app.answerDialogs({ open: [file] });
  const id = await app.page.evaluate(async () => {
    const chosen = await window.gradloom?.files.choose({ description: "x", extensions: ["gradloom"] });
    return chosen?.ok ? chosen.value[0]?.handle.id : "";
  });
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  return id ?? "";
}

/** What would leave the app, or end it, is only taken note of. */
async function quieten(app: DesktopApp): Promise<void> {
  await app.app.evaluate(({ app, shell, BrowserWindow }) => {
    app.quit = () => {};
    shell.openExternal = () => Promise.resolve();
    shell.openPath = () => Promise.resolve("");
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (contents) contents.print = (_options, done) => done?.(true, "");
  });
}
