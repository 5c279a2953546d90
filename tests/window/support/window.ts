import { readFileSync } from "node:fs";
import path from "node:path";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { type DocumentInput, documentSchema, type GraphDocument } from "../../../src/graph/document.ts";

export { expect };

const root = path.resolve(import.meta.dirname, "../../..");

/** Settings as the window keeps them; what is left out has its default. */
export interface Look {
  readonly theme?: "light" | "dark" | "contrast";
  readonly locale?: "en" | "zh";
  readonly [setting: string]: unknown;
}

/** The window as a user has it before them: counts gestures, and reads the document behind it. */
export class EditorWindow {
  /** Gestures so far: a click, a drag, a typed entry. */
  gestures = 0;
  /** Errors of the page that no test expects. */
  readonly faults: string[] = [];

  constructor(readonly page: Page) {
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(message.text());
    });
  }

  /** Opens the start page, with these settings. */
  async start(look: Look = {}, address = process.env["GRADLOOM_URL"] ?? ""): Promise<void> {
    // Only before the first page: settings made by a test must survive its reloads.
    await this.page.addInitScript(
      (settings) => {
        if (!sessionStorage.getItem("look")) localStorage.setItem("gradloom.settings", JSON.stringify(settings));
        sessionStorage.setItem("look", "set");
      },
      { theme: "light", locale: "en", ...look },
    );
    const url = new URL(address);
    url.searchParams.set("test", "");
    await this.page.goto(url.href);
    await this.page.waitForFunction(() => window.gradloomTest !== undefined);
  }

  /** Opens a window that shows this document. */
  async show(document: DocumentInput, look: Look = {}): Promise<void> {
    await this.start(look);
    await this.open(document);
  }

  async open(document: DocumentInput): Promise<void> {
    expect(await this.page.evaluate((d) => window.gradloomTest?.open(d), document as object)).toBe(true);
    await expect(this.canvas).toBeVisible();
    const first = document.nodes?.[0];
    // Seen from afar a large graph is one picture and has no elements.
    if (first && (document.nodes?.length ?? 0) <= 100) await expect(this.node(first.id)).toBeVisible();
    await this.settled();
  }

  /** The document that is shown. */
  async document(): Promise<GraphDocument> {
    const document = await this.page.evaluate(() => window.gradloomTest?.document());
    expect(document).toBeTruthy();
    return document as GraphDocument;
  }

  readonly issues = (): Promise<string[]> => this.page.evaluate(() => window.gradloomTest?.issues() ?? []);
  readonly steps = (): Promise<number> => this.page.evaluate(() => window.gradloomTest?.steps() ?? 0);

  get canvas(): Locator {
    return this.page.locator(".react-flow").first();
  }

  /** A node of the canvas, by its id. */
  node(id: string): Locator {
    return this.page.locator(`.react-flow__node[data-id="${id}"]`);
  }

  wire(id: string): Locator {
    return this.page.locator(`[data-wire="${id}"]`);
  }

  /** A port of a node, by the name of the port. */
  port(node: string, side: "in" | "out" = "out", port = side): Locator {
    return this.node(node).locator(`[data-side="${side}"][data-port="${port}"]`);
  }

  get quickAdd(): Locator {
    return this.page.getByRole("combobox", { name: "Add a layer" });
  }

  get inspector(): Locator {
    return this.page.locator('[data-panel-name="right"]');
  }

  get leftPanel(): Locator {
    return this.page.locator('[data-panel-name="left"]');
  }

  get dock(): Locator {
    return this.page.locator('[data-panel-name="bottom"]');
  }

  menuItem(name: string | RegExp): Locator {
    return this.page.getByRole("menuitem", { name });
  }

  /** Factor by which the canvas is enlarged, and how far it is moved. */
  viewport(): Promise<{ x: number; y: number; zoom: number }> {
    return this.page.evaluate(() => {
      const element = document.querySelector<HTMLElement>(".react-flow__viewport");
      const matrix = new DOMMatrix(getComputedStyle(element as HTMLElement).transform);
      return { x: matrix.e, y: matrix.f, zoom: matrix.a };
    });
  }

  /** A place of the canvas with nothing on it, in pixels of the window. */
  async empty(): Promise<{ x: number; y: number }> {
    return this.page.evaluate(() => {
      const pane = document.querySelector(".react-flow__pane");
      const box = pane?.getBoundingClientRect() ?? new DOMRect();
      for (let y = box.bottom - 60; y > box.top + 40; y -= 12) {
        for (let x = box.left + 60; x < box.right - 60; x += 24) {
          const clear = [
            [0, 0],
            [-30, -20],
            [30, 20],
            [-30, 20],
            [30, -20],
          ].every(([dx = 0, dy = 0]) => document.elementFromPoint(x + dx, y + dy) === pane);
          if (clear) return { x, y };
        }
      }
      return { x: box.left + 5, y: box.bottom - 5 };
    });
  }

  /** A point of a wire, in pixels of the window: a part of the way along it. */
  onWire(id: string, part = 0.5): Promise<{ x: number; y: number }> {
    return this.wire(id)
      .locator("path")
      .first()
      .evaluate((path, part) => {
        const line = path as SVGPathElement;
        const at = line.getPointAtLength(line.getTotalLength() * part);
        const { x, y } = new DOMPoint(at.x, at.y).matrixTransform(line.getScreenCTM() ?? undefined);
        return { x, y };
      }, part);
  }

  async hoverWire(id: string): Promise<void> {
    const { x, y } = await this.onWire(id);
    await this.page.mouse.move(x, y - 30);
    await this.page.mouse.move(x, y, { steps: 3 });
  }

  async centreOf(target: Locator): Promise<{ x: number; y: number }> {
    const box = await target.boundingBox();
    expect(box).not.toBeNull();
    return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
  }

  /* Gestures. */

  async click(target: Locator, options: Parameters<Locator["click"]>[0] = {}): Promise<void> {
    this.gestures++;
    await target.click(options);
  }

  async doubleClickAt(point: { x: number; y: number }): Promise<void> {
    this.gestures++;
    await this.page.mouse.dblclick(point.x, point.y);
  }

  /** Drags with the mouse, in steps as a hand does; `keys` are held meanwhile. */
  async drag(
    from: { x: number; y: number },
    to: { x: number; y: number },
    { keys = [], button = "left", hold = false }: DragOptions = {},
  ): Promise<void> {
    this.gestures++;
    const { mouse, keyboard } = this.page;
    await mouse.move(from.x, from.y);
    for (const key of keys) await keyboard.down(key);
    await mouse.down({ button });
    await mouse.move(from.x + Math.sign(to.x - from.x) * 6, from.y + Math.sign(to.y - from.y) * 6);
    await mouse.move(to.x, to.y, { steps: 8 });
    await mouse.move(to.x, to.y);
    if (hold) return;
    await mouse.up({ button });
    for (const key of keys) await keyboard.up(key);
  }

  /** Writes into a field and leaves it with Enter: one entry. */
  async type(field: Locator, text: string): Promise<void> {
    this.gestures++;
    await field.fill(text);
    await field.press("Enter");
  }

  /** Presses keys: counted only where a test counts keys. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Two frames without a change of what is drawn: layout and animations have come to rest. */
  async settled(): Promise<void> {
    await this.page.evaluate(async () => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const drawn = () =>
        document.querySelector<HTMLElement>(".react-flow__viewport")?.style.transform +
        [...document.querySelectorAll<HTMLElement>(".react-flow__node")].map((n) => n.style.transform).join();
      let before = "";
      for (let still = 0; still < 3; ) {
        await frame();
        const now = drawn();
        still = now === before ? still + 1 : 0;
        before = now;
      }
    });
  }

  /** A place in the head of a node, whatever the zoom: no port and no badge is there. */
  async grip(id: string): Promise<{ x: number; y: number }> {
    const box = await this.node(id).boundingBox();
    return { x: (box?.width ?? 0) * 0.4, y: Math.min(12, (box?.height ?? 0) * 0.4) };
  }

  async select(...ids: string[]): Promise<void> {
    for (const [i, id] of ids.entries()) {
      await this.node(id).click({ position: await this.grip(id), ...(i > 0 ? { modifiers: ["Shift"] } : {}) });
    }
    for (const id of ids) await expect(this.node(id)).toHaveClass(/\bselected\b/);
  }
}

interface DragOptions {
  readonly keys?: readonly string[];
  readonly button?: "left" | "middle" | "right";
  /** The button stays down. */
  readonly hold?: boolean;
}

/** A test with a window; errors of the page fail it. */
export const test = base.extend<{ app: EditorWindow }>({
  app: async ({ page, context }, use) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const app = new EditorWindow(page);
    await use(app);
    expect(app.faults).toEqual([]);
  },
});

/** A template as it lies in graph-templates/. */
export function template(name: string): DocumentInput {
  const text = readFileSync(path.join(root, "graph-templates", `${name}.json`), "utf8");
  return JSON.parse(text) as DocumentInput;
}

export const parsed = (document: DocumentInput): GraphDocument => documentSchema.parse(document);

/** A document of these nodes, wired `from -> to`, one after another along a line. */
export function network(
  nodes: readonly (readonly [id: string, layer: string, params?: object])[],
  wires: readonly (readonly [from: string, to: string])[] = [],
): DocumentInput {
  const split = (end: string, port: string) => {
    const [node = "", name = port] = end.split(":");
    return { node, port: name };
  };
  return {
    format: "gradloom",
    version: 1,
    name: "Test",
    nodes: nodes.map(([id, layer, params], i) => ({
      id,
      layer,
      params: { ...params },
      position: { x: (i % 4) * 220, y: Math.floor(i / 4) * 180 },
    })),
    edges: wires.map(([from, to]) => ({
      id: `${from}-${to}`.replaceAll(":", "."),
      from: split(from, "out"),
      to: split(to, "in"),
    })),
  } as DocumentInput;
}

/** input, dense, relu, dense in a row. */
export const chain = (): DocumentInput =>
  network(
    [
      ["image", "input", { shape: [16] }],
      ["dense1", "dense", { units: 8 }],
      ["relu1", "relu"],
      ["dense2", "dense", { units: 4 }],
    ],
    [
      ["image", "dense1"],
      ["dense1", "relu1"],
      ["relu1", "dense2"],
    ],
  );

/** Wires as `from.port>to.port`, sorted. */
export const wiresOf = (document: Pick<GraphDocument, "edges">): string[] =>
  document.edges.map((e) => `${e.from.node}.${e.from.port}>${e.to.node}.${e.to.port}`).sort();
