import { canvas } from "../canvas/controller.ts";

const focusable = "input, button, select, textarea, a[href], [tabindex='0']";

/** Gives the keyboard to the next part of the window in the order of the page: left panel, canvas, dock, inspector. */
export function focusRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-panel-name], [data-lod]")];
  const at = regions.findIndex((r) => r.contains(document.activeElement));
  const from = at < 0 && by < 0 ? 0 : at;
  const next = regions[(from + by + regions.length) % regions.length];
  if (!next) return;
  const node = next.querySelector<HTMLElement>(".react-flow__node[tabindex='0']")?.dataset["id"];
  if (node !== undefined) canvas()?.focusNode(node);
  else (firstOf(next) ?? next).focus();
}

const firstOf = (region: HTMLElement): HTMLElement | undefined =>
  "lod" in region.dataset
    ? undefined
    : [...region.querySelectorAll<HTMLElement>(focusable)].find((e) => e.tabIndex >= 0 && e.offsetParent !== null);
