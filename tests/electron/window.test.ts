import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { chain, expect, test } from "./support/app.ts";

test.describe("the window", () => {
  test("is a sandbox: no Node, a world of its own for the preload script", async ({ launch }) => {
    const { app, page } = await launch();
    const preferences = await app.evaluate(({ webContents }) =>
      webContents
        .getAllWebContents()
        .map((c) => (c as unknown as { getLastWebPreferences(): object }).getLastWebPreferences()),
    );
    expect(preferences).toHaveLength(1);
    expect(preferences[0]).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    });
    expect((preferences[0] as { readonly enableBlinkFeatures?: string }).enableBlinkFeatures || "none").toBe("none");
    const leaked = await page.evaluate(() =>
      ["require", "process", "module", "Buffer", "ipcRenderer", "electron"].filter((n) => n in globalThis),
    );
    expect(leaked).toEqual([]);
    expect(page.url()).toMatch(/^app:\/\/gradloom\/index\.html/);
  });

  test("what the preload script offers is functions and versions, and nothing to reach further with", async ({
    launch,
  }) => {
    const { page } = await launch();
    const offered = await page.evaluate(() => {
      const shape = (value: unknown): unknown =>
        typeof value === "object" && value !== null
          ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, shape(v)]))
          : typeof value;
      return shape(window.gradloom);
    });
    expect(offered).toEqual({
      about: { platform: "string", version: "string", electron: "string", chrome: "string", node: "string" },
      files: Object.fromEntries(
        ["choose", "dropped", "read", "save", "saveAs", "same"].map((name) => [name, "function"]),
      ),
      window: Object.fromEntries(
        [
          ...[
            "on",
            "setMenu",
            "setState",
            "setProgress",
            "heardClose",
            "answerClose",
            "quit",
            "toggleFullScreen",
            "edit",
            "print",
          ],
          ...["pdf", "openOutside", "show"],
        ].map((name) => [name, "function"]),
      ),
      engine: { connect: "function" },
    });
    expect(await page.evaluate(() => Object.isFrozen(window.gradloom))).toBe(true);
  });

  test("the page's policy is the app's: nothing from elsewhere, no eval", async ({ launch }) => {
    const { page, faults } = await launch();
    const policy = await page.evaluate(async () => {
      const response = await fetch("app://gradloom/index.html");
      return response.headers.get("content-security-policy");
    });
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain("unsafe-eval");
    // Later, since what a test evaluates is itself allowed to.
    const blocked = await page.evaluate(
      () =>
        new Promise((resolve) => {
          setTimeout(() => {
            try {
              // biome-ignore lint/security/noGlobalEval: that it is refused is what is tested
              resolve(globalThis.eval("1"));
            } catch (error) {
              resolve((error as Error).name);
            }
          }, 0);
        }),
    );
    expect(blocked).toBe("EvalError");
    const inline = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.injected = true";
      document.head.append(script);
      return "injected" in window;
    });
    expect(inline).toBe(false);
    // Chromium reports what it blocked.
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.filter((f) => !/Content Security Policy|unsafe-eval/.test(f))).toEqual([]);
    faults.length = 0;
  });

  test("paths that leave the folder of the window give 404", async ({ launch }) => {
    const { page, faults } = await launch();
    const answers = await page.evaluate(async () => {
      const paths = [
        ...["/../package.json", "/..%2fpackage.json", "/%2e%2e/package.json", "/%2e%2e%2fpackage.json"],
        ...["/assets/..%2f..%2fpackage.json", "/..%5cpackage.json", "/%5c..%5cpackage.json", "//etc/passwd"],
        ...["/%2fetc%2fpasswd", "/C:%2fWindows%2fwin.ini", "/index.html%2500.js", "/.%2e/.%2e/etc/passwd"],
        ...["/assets", "/", "/nothing.js", "/index.html/../../electron/main.cjs"],
      ];
      const status = async (path: string) => (await fetch(`app://gradloom${path}`)).status;
      return Promise.all(paths.map(async (path) => `${path} ${await status(path)}`));
    });
    expect(answers.filter((a) => !a.endsWith(" 404"))).toEqual(["/ 200"]);
    const good = await page.evaluate(async () => (await fetch("app://gradloom/icon.svg")).headers.get("content-type"));
    expect(good).toBe("image/svg+xml");
    expect(
      await page.evaluate(async () =>
        fetch("app://other/index.html").then(
          () => "read",
          () => "refused",
        ),
      ),
    ).toBe("refused");
    faults.length = 0;
  });

  test("nothing is asked of the network, whoever asks", async ({ launch }) => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked++;
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.end("x");
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { app, page, faults } = await launch();
    const tries = await page.evaluate(async (url) => {
      const outcome = (p: Promise<unknown>) =>
        p.then(
          () => "reached",
          () => "refused",
        );
      const image = new Promise((resolve, reject) => {
        const picture = new Image();
        picture.onload = resolve;
        picture.onerror = reject;
        picture.src = url;
      });
      return [await outcome(fetch(url)), await outcome(fetch("file:///etc/passwd")), await outcome(image)];
    }, url);
    expect(tries).toEqual(["refused", "refused", "refused"]);
    // Not even past the page's policy.
    const main = await app.evaluate(
      ({ session }, url) =>
        session.defaultSession.fetch
          ? session.defaultSession.fetch(url).then(
              () => "reached",
              () => "refused",
            )
          : "refused",
      url,
    );
    expect(main).toBe("refused");
    expect(asked).toBe(0);
    server.close();
    faults.length = 0;
  });

  test("permissions are denied but for the clipboard", async ({ launch }) => {
    const { page, faults } = await launch();
    const states = await page.evaluate(async () => {
      const names = ["geolocation", "notifications", "camera", "microphone", "midi"] as PermissionName[];
      return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
    });
    expect(new Set(states)).toEqual(new Set(["denied"]));
    const media = await page.evaluate(() =>
      navigator.mediaDevices.getUserMedia({ audio: true }).then(
        () => "given",
        (e: Error) => e.name,
      ),
    );
    expect(["NotAllowedError", "NotFoundError"]).toContain(media);
    const clipboard = await page.evaluate(
      async () => (await navigator.permissions.query({ name: "clipboard-read" as PermissionName })).state,
    );
    expect(clipboard).toBe("granted");
    faults.length = 0;
  });

  test("the page stays: no navigation, no other window, no embedded page", async ({ launch }) => {
    const { app, page, faults } = await launch();
    const before = page.url();
    const opened = await page.evaluate(() => {
      const other = window.open("https://example.com/");
      const link = document.createElement("a");
      link.href = "https://example.com/";
      document.body.append(link);
      link.click();
      location.href = "https://example.com/";
      const frame = document.createElement("iframe");
      frame.src = "app://gradloom/index.html";
      document.body.append(frame);
      return other === null;
    });
    expect(opened).toBe(true);
    // A round trip to the app after them: what was to happen has been decided.
    await app.evaluate(({ app }) => app.getVersion());
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    expect(page.url()).toBe(before);
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    const framed = page.frames().filter((f) => f !== page.mainFrame());
    for (const frame of framed) expect(await frame.evaluate(() => "gradloom" in window).catch(() => false)).toBe(false);
    faults.length = 0;
  });

  test("only listed pages are opened outside, and by the user's browser", async ({ launch }) => {
    const { app, page } = await launch();
    await app.evaluate(({ shell }) => {
      const opened: string[] = [];
      Reflect.set(globalThis, "opened", opened);
      shell.openExternal = (url: string) => {
        opened.push(url);
        return Promise.resolve();
      };
    });
    const answer = await page.evaluate(() =>
      Promise.all([
        window.gradloom?.window.openOutside("releases"),
        window.gradloom?.window.openOutside("https://example.com/" as "releases"),
        window.gradloom?.window.openOutside("file:///etc/passwd" as "releases"),
      ]),
    );
    expect(answer.map((a) => a?.ok)).toEqual([true, false, false]);
    const opened = await app.evaluate(() => Reflect.get(globalThis, "opened") as string[]);
    expect(opened).toHaveLength(1);
    expect(opened[0]).toMatch(/^https:\/\/github\.com\//);
  });

  test("comes back where it stood, and never out of sight", async ({ launch }) => {
    const first = await launch();
    const bounds = { x: 90, y: 70, width: 1100, height: 700 };
    await first.app.evaluate(({ BrowserWindow }, bounds) => {
      const window = BrowserWindow.getAllWindows()[0];
      window?.unmaximize();
      window?.setBounds(bounds);
    }, bounds);
    const kept = path.join(first.userData, "app.json");
    await expect.poll(() => (existsSync(kept) ? readFileSync(kept, "utf8") : "")).toContain('"width": 1100');
    await first.end();
    const boundsOf = (app: typeof first) =>
      app.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    const second = await launch({ userData: first.userData });
    expect(await boundsOf(second)).toMatchObject({ width: 1100, height: 700 });
    await second.end();
    // On a screen that is no longer there.
    writeFileSync(kept, readFileSync(kept, "utf8").replace(/"x": -?\d+/, '"x": 9000'));
    const third = await launch({ userData: first.userData });
    expect((await boundsOf(third))?.x).toBeLessThan(1920);
    await third.end();
    // Damaged: as at first, and the bad file is kept.
    writeFileSync(kept, "{ damaged");
    const fourth = await launch({ userData: first.userData });
    await expect(fourth.page.getByRole("button", { name: /New network/ }).first()).toBeVisible();
    expect(readFileSync(`${kept}.bad`, "utf8")).toBe("{ damaged");
  });

  test("a fault of the app itself is shown and logged, and the app goes on", async ({ launch }) => {
    const app = await launch();
    await app.app.evaluate(({ dialog }) => {
      const shown: string[] = [];
      Reflect.set(globalThis, "shown", shown);
      dialog.showMessageBox = ((options: { message: string; detail: string }) => {
        shown.push(`${options.message}\n${options.detail}`);
        return Promise.resolve({ response: 0, checkboxChecked: false });
      }) as typeof dialog.showMessageBox;
      setTimeout(() => {
        throw new Error("thrown by a test");
      }, 0);
    });
    await expect
      .poll(() => app.app.evaluate(() => (Reflect.get(globalThis, "shown") as string[]).join()))
      .toContain("thrown by a test");
    expect(readFileSync(path.join(app.userData, "logs", "main.log"), "utf8")).toContain("thrown by a test");
    await app.open(chain());
    expect((await app.document()).nodes).toHaveLength(3);
  });
});
