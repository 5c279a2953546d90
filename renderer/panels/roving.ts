import type { KeyboardEvent } from "react";

/**
 * Arrow keys, Home and End move the focus among the elements marked `data-row` in a list; one tab stop leads into it.
 */
export function moveFocus(e: KeyboardEvent<HTMLElement>): void {
  const rows = [...e.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[e.key];
  const row = to === undefined ? undefined : rows[to];
  if (!row) return;
  e.preventDefault();
  row.focus();
}
