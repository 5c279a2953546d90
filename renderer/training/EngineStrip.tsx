import { Info, TriangleAlert, X } from "lucide-react";
import { useState } from "react";
import { useText } from "../app/text.ts";
import { countText } from "../inspector/numbers.ts";
import { runOf, type TrainingStore, training, useTraining } from "../stores/training.ts";
import { useWorkspace } from "../stores/workspace.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { startAgain } from "./control.ts";
import styles from "./EngineStrip.module.css";
import { isUnderWay, type Run } from "./run.ts";

/** What befell the engine or the program behind the window, as far as it concerns the run that is shown. */
type Trouble =
  | { readonly kind: "lost" }
  | { readonly kind: "other-version" }
  | { readonly kind: "restarting"; readonly run: Run }
  | { readonly kind: "recovered"; readonly run: Run; readonly step: number }
  | { readonly kind: "gave-up"; readonly run: Run }
  | { readonly kind: "ended"; readonly run: Run };

export function troubleOf(run: Run | null, connection: TrainingStore["connection"]): Trouble | null {
  if (connection === "lost" || connection === "other-version") return { kind: connection };
  if (!run) return null;
  if (run.engine === "gone") return { kind: "ended", run };
  if (run.engine === "gave-up") return { kind: "gave-up", run };
  if (run.engine === "down" && isUnderWay(run)) return { kind: "restarting", run };
  return run.recovered === null ? null : { kind: "recovered", run, step: run.recovered };
}

/** Equal for what is said in the same words. */
const nameOf = (trouble: Trouble | null): string =>
  trouble === null
    ? ""
    : [trouble.kind, "run" in trouble ? trouble.run.key : "", "step" in trouble ? trouble.step : ""].join(" ");

/** Says calmly what happened to the engine, and what can be done; nothing while all is well. */
export function EngineStrip() {
  const text = useText().run.strip;
  const active = useWorkspace((s) => s.active);
  const concerned = (s: TrainingStore): Run | null => runOf(s, active) ?? s.runs.find(isUnderWay) ?? null;
  // The run itself changes with every message.
  useTraining((s) => nameOf(troubleOf(concerned(s), s.connection)));
  const [closed, setClosed] = useState("");
  const trouble = troubleOf(concerned(training.getState()), training.getState().connection);
  if (!trouble) return null;
  const id = "run" in trouble ? nameOf(trouble) : "";
  if (id !== "" && id === closed) return null;
  const calm = trouble.kind === "recovered" || trouble.kind === "restarting";
  const Icon = calm ? Info : TriangleAlert;
  return (
    <section className={styles.strip} data-kind={calm ? "info" : "warn"} aria-label={text.label}>
      <Icon size="1rem" aria-hidden="true" />
      <p className={styles.text} role="status">
        {withCode(sentence(trouble, text))}
      </p>
      <Remedy trouble={trouble} />
      {id !== "" && trouble.kind !== "restarting" && (
        <IconButton label={text.dismiss} icon={X} onClick={() => setClosed(id)} />
      )}
    </section>
  );
}

/** What stands between backticks as it is typed. */
const withCode = (text: string) =>
  text.split("`").map((part, i) => (i % 2 === 0 ? part : <code key={part}>{part}</code>));

function sentence(trouble: Trouble, text: ReturnType<typeof useText>["run"]["strip"]): string {
  switch (trouble.kind) {
    case "lost":
      return text.lost;
    case "other-version":
      return text.otherVersion;
    case "restarting":
      return text.restarting;
    case "recovered":
      return trouble.step === 0 ? text.recoveredStart : text.recovered(countText(trouble.step));
    case "gave-up":
      return text.gaveUp(countText(trouble.run.step));
    case "ended":
      return text.ended;
  }
}

function Remedy({ trouble }: { trouble: Trouble }) {
  const text = useText().run.strip;
  switch (trouble.kind) {
    case "other-version":
      return (
        <Button size="sm" onClick={() => location.reload()}>
          {text.reload}
        </Button>
      );
    case "gave-up":
    case "ended":
      // A run without a plan has no folder that could be gone on with.
      return (
        trouble.run.plan && (
          <Button size="sm" onClick={() => void startAgain(trouble.run)}>
            {trouble.kind === "ended" ? text.resume : text.startAgain}
          </Button>
        )
      );
    default:
      return null;
  }
}
