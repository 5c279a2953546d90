import type { DesktopIssues } from "../../core/issues/desktop.ts";
import type { MessagesOf } from "../messages.ts";

export const desktop: MessagesOf<DesktopIssues> = {
  "desktop.refused": (i) =>
    `The app refused a request of its window (${i.channel}): ${i.reason}. This is a fault of the program; please report it.`,
  "desktop.print": (i) => `The page could not be printed: ${i.reason}. Choose another printer, or save a PDF instead.`,
};
