import { WandSparkles, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { apply, batch } from "../../src/graph/change.ts";
import { fixChange } from "../../src/graph/fix.ts";
import { layerRegistry } from "../../src/layers/registry.ts";
import { commit, editing } from "../app/editing.ts";
import { useLocale, useText } from "../app/text.ts";
import { useTab } from "../stores/workspace.ts";
import { Button } from "../ui/Button.tsx";
import type { Verdict } from "./compatibility.ts";
import { connectWires, plugAll } from "./gestures/wiring.ts";
import { sampleShape } from "./shapes.ts";
import { type Refused, setView, useView } from "./view.ts";
import { toElement } from "./viewport.ts";
import styles from "./WireTip.module.css";
import { fixLabel, refusalText } from "./words.ts";

/** Beside the end of a held wire: what will arrive, or why the port does not take it. */
export function WireTip() {
  const wiring = useView((s) => s.wiring);
  const text = useText().canvas;
  const locale = useLocale();
  const verdict = wiring?.target ? wiring.verdict : null;
  if (!wiring || !verdict) return null;
  const at = toElement(wiring.pointer);
  const content = verdict.refusal ? refusalText(verdict.refusal, text, locale) : arrival(verdict);
  if (content === "") return null;
  return (
    <div
      className={styles.tip}
      data-refused={verdict.refusal !== null}
      style={{ left: at.x + 18, top: at.y + 18 }}
      role="status"
    >
      {verdict.refusal ? content : <b>{content}</b>}
    </div>
  );
}

/** `16×5×5 → 400` */
function arrival({ arriving, leaving }: Verdict): string {
  if (!arriving) return "";
  const shape = sampleShape(arriving);
  return leaving ? `${shape} → ${sampleShape(leaving)}` : shape;
}

/** After a refused drop: the reason stays with the ways that work as buttons. */
export function RefusedWire() {
  const refused = useView((s) => s.refused);
  return refused && <Refusal refused={refused} />;
}

function Refusal({ refused }: { refused: Refused }) {
  const text = useText().canvas;
  const locale = useLocale();
  const document = useTab((t) => t.edited.document);
  const box = useRef<HTMLDivElement>(null);
  const { refusal } = refused.verdict;
  useEffect(() => {
    box.current?.querySelector("button")?.focus();
    const key = (e: KeyboardEvent): void => {
      if (e.key === "Escape") setView({ refused: null });
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  }, []);
  if (!refusal) return null;
  const fix = refusal.kind === "issues" ? refusal.fix : null;
  return (
    <div
      ref={box}
      className={`${styles.tip} ${styles.open} nopan nodrag nowheel`}
      data-refused={true}
      style={{ left: refused.at.x + 12, top: refused.at.y + 12 }}
      role="alert"
      onPointerDown={(e) => e.stopPropagation()}
    >
      {refusalText(refusal, text, locale)}
      <div className={styles.actions}>
        {fix && (
          <Button size="sm" kind="primary" icon={WandSparkles} onClick={() => mendAndConnect(refused)}>
            {text.wire.connectAfter(fixLabel(fix, document, text, locale))}
          </Button>
        )}
        {refusal.kind === "issues" && (
          <Button size="sm" onClick={() => connectAnyway(refused)}>
            {text.wire.connectAnyway}
          </Button>
        )}
        <Button
          size="sm"
          kind="quiet"
          icon={X}
          aria-label={text.find.close}
          onClick={() => setView({ refused: null })}
        />
      </div>
    </div>
  );
}

function connectAnyway(refused: Refused): void {
  setView({ refused: null });
  connectWires(refused.wires, refused.target);
}

/** Connects and mends what that breaks, as one step. */
function mendAndConnect({ wires, target, verdict }: Refused): void {
  setView({ refused: null });
  const now = editing();
  const fix = verdict.refusal?.kind === "issues" ? verdict.refusal.fix : null;
  const wired = plugAll(wires, target);
  if (!now || !fix || !wired) return;
  const mended = fixChange(apply(now.document, wired).document, fix, layerRegistry);
  commit(mended ? batch([wired, mended]) : wired, "connectWithFix");
}
