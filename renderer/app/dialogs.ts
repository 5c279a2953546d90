import { createStore } from "zustand/vanilla";
import type { Issue } from "../../src/core/issue.ts";

/** A dialog that waits for the user. One at a time. */
export type DialogRequest =
  | {
      readonly kind: "ask";
      readonly title: string;
      readonly text: string;
      /** The last one is the primary; closing the dialog answers null. */
      readonly buttons: readonly { readonly id: string; readonly label: string; readonly danger?: boolean }[];
      answer(button: string | null): void;
    }
  | {
      readonly kind: "prompt";
      readonly title: string;
      readonly label: string;
      readonly value: string;
      readonly action: string;
      /** Why a text cannot be taken; null when it can. */
      check(text: string): string | null;
      answer(text: string | null): void;
    }
  | { readonly kind: "issues"; readonly title: string; readonly text: string; readonly issues: readonly Issue[] }
  | { readonly kind: "shortcuts" }
  | { readonly kind: "palette" }
  | { readonly kind: "replace-layer" }
  | { readonly kind: "figure" }
  | { readonly kind: "about" }
  | { readonly kind: "landscape" }
  | { readonly kind: "surface" }
  | { readonly kind: "providers" };

export const dialogs = createStore<{ readonly open: DialogRequest | null }>(() => ({ open: null }));

/** Shows a dialog; one that waits already is answered with null. */
export function openDialog(request: DialogRequest): void {
  closeDialog();
  dialogs.setState({ open: request });
}

/** Closes the dialog without an answer. */
export function closeDialog(): void {
  const { open } = dialogs.getState();
  dialogs.setState({ open: null });
  if (open && "answer" in open) open.answer(null);
}

type Ask = Extract<DialogRequest, { kind: "ask" }>;
type Prompt = Extract<DialogRequest, { kind: "prompt" }>;

/** Asks a question with a few answers; null when the dialog is closed. */
export const ask = (question: Omit<Ask, "kind" | "answer">): Promise<string | null> =>
  new Promise((resolve) => openDialog({ ...question, kind: "ask", answer: answering(resolve) }));

/** Asks for a line of text; null when the dialog is closed. */
export const prompt = (question: Omit<Prompt, "kind" | "answer">): Promise<string | null> =>
  new Promise((resolve) => openDialog({ ...question, kind: "prompt", answer: answering(resolve) }));

function answering(resolve: (value: string | null) => void): (value: string | null) => void {
  return (value) => {
    dialogs.setState({ open: null });
    resolve(value);
  };
}
