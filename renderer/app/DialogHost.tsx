import { useState } from "react";
import { useStore } from "zustand";
import { FigureDialog } from "../figures/FigureDialog.tsx";
import { LandscapeDialog } from "../probes/landscape/LandscapeDialog.tsx";
import { SurfaceDialog } from "../probes/surface/SurfaceDialog.tsx";
import { ProvidersDialog } from "../training/ProvidersDialog.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { TextField } from "../ui/TextField.tsx";
import { AboutDialog } from "./AboutDialog.tsx";
import { CommandPalette, ReplaceLayer } from "./CommandPalette.tsx";
import styles from "./dialogs.module.css";
import { closeDialog, type DialogRequest, dialogs } from "./dialogs.ts";
import { IssueDialog } from "./IssueDialog.tsx";
import { ShortcutSheet } from "./ShortcutSheet.tsx";
import { useText } from "./text.ts";

/** Draws the dialog that waits. Stands once in the window. */
export function DialogHost() {
  const open = useStore(dialogs, (s) => s.open);
  switch (open?.kind) {
    case "ask":
      return <AskDialog request={open} />;
    case "prompt":
      return <PromptDialog request={open} />;
    case "issues":
      return <IssueDialog request={open} />;
    case "shortcuts":
      return <ShortcutSheet />;
    case "palette":
      return <CommandPalette />;
    case "replace-layer":
      return <ReplaceLayer />;
    case "figure":
      return <FigureDialog onClose={closeDialog} />;
    case "providers":
      return <ProvidersDialog />;
    case "about":
      return <AboutDialog />;
    case "landscape":
      return <LandscapeDialog />;
    case "surface":
      return <SurfaceDialog />;
    case undefined:
      return null;
  }
}

function AskDialog({ request }: { request: Extract<DialogRequest, { kind: "ask" }> }) {
  const last = request.buttons.at(-1);
  return (
    <Dialog
      title={request.title}
      onClose={closeDialog}
      width="26rem"
      footer={request.buttons.map((b) => (
        <Button
          key={b.id}
          kind={b === last ? "primary" : b.danger ? "danger" : "default"}
          data-initial-focus={b === last || undefined}
          onClick={() => request.answer(b.id)}
        >
          {b.label}
        </Button>
      ))}
    >
      <p>{request.text}</p>
    </Dialog>
  );
}

function PromptDialog({ request }: { request: Extract<DialogRequest, { kind: "prompt" }> }) {
  const text = useText().shell;
  const [value, setValue] = useState(request.value);
  const fault = request.check(value);
  return (
    <Dialog
      title={request.title}
      onClose={closeDialog}
      width="24rem"
      footer={
        <>
          <Button onClick={closeDialog}>{text.cancel}</Button>
          <Button kind="primary" disabled={fault !== null} onClick={() => request.answer(value)}>
            {request.action}
          </Button>
        </>
      }
    >
      <form
        className={styles.prompt}
        onSubmit={(e) => {
          e.preventDefault();
          if (fault === null) request.answer(value);
        }}
      >
        <label htmlFor="prompt">{request.label}</label>
        <TextField
          id="prompt"
          value={value}
          invalid={fault !== null}
          data-initial-focus={true}
          aria-describedby="prompt-fault"
          onChange={(e) => setValue(e.currentTarget.value)}
          onFocus={(e) => e.currentTarget.select()}
        />
        <p id="prompt-fault" className={styles.fault}>
          {fault}
        </p>
      </form>
    </Dialog>
  );
}
