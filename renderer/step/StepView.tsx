import { Footprints, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useMemo } from "react";
import { isError } from "../../src/core/issue.ts";
import { messageOf } from "../../src/i18n/issue.ts";
import { placeOf } from "../app/shortcuts.ts";
import { useLocale, useText } from "../app/text.ts";
import { useTraining } from "../stores/training.ts";
import { EmptyState } from "../ui/EmptyState.tsx";
import { ChainStrip } from "./ChainStrip.tsx";
import { parameterSymbol } from "./captions.ts";
import { type Chain, chainThrough } from "./chain.ts";
import { Lanes } from "./Lanes.tsx";
import { leave } from "./leave.ts";
import { type Look, planLoss, planNode } from "./nodeLook.ts";
import { furthest, picksOf, sampleRange } from "./picks.ts";
import { SampleBar } from "./SampleBar.tsx";
import { Story } from "./Story.tsx";
import { noPicks, type Picks, type Session, stepping, useSession } from "./session.ts";
import styles from "./step.module.css";
import { stepFrom, stopAt, stopsOf } from "./stops.ts";
import { type Frozen, type Stage, useChainNorms, useFrozen, useStage, useTensorsAt } from "./useLook.ts";

/** Walks through one step of the training: one batch, forward and backward, node by node. */
export function StepView() {
  const session = useSession((s) => s);
  return session && <Walk session={session} />;
}

function Walk({ session }: { session: Session }) {
  const stage = useStage(session.place);
  const chain = useMemo(
    () => chainThrough(stage.graph, losing(stage), session.place, session.ways),
    [stage, session.place, session.ways],
  );
  const frozen = useFrozen(stage, chain, session);
  const norms = useChainNorms(stage, chain, frozen.samples);
  const { look, step, issues } = useLookAt(stage, chain, session, frozen);
  const picks = useMemo(
    () => (look ? shownPicks(look, session, frozen.shown) : noPicks),
    [look, session, frozen.shown],
  );
  const stops = useMemo(() => (look ? stopsOf(look) : []), [look]);
  const stop = stopAt(stops, session.stop);
  const onStep = (by: 1 | -1): void => {
    const to = stepFrom(chain, session.place, stops, stop, by);
    if (to) stepping.getState().go(to.place, to.stop);
  };
  useKeys(chain, session.place, onStep);
  const dataNodes = useMemo(
    () => new Set([...stage.graph.nodes].flatMap(([id, n]) => (n.node.layer === "input" ? [id] : []))),
    [stage.graph],
  );
  const weight = picks.parameter?.tensor;
  const parameter =
    look?.kind === "node" && weight?.of === "parameter" ? parameterSymbol(look, weight.parameter) : null;
  return (
    <div className={styles.view} data-step-view={true}>
      <ChainStrip chain={chain} norms={norms} loss={look?.loss ?? null} place={session.place} parameter={parameter} />
      <div className={styles.main}>
        {look && frozen.samples ? (
          <>
            <Lanes look={look} picks={picks} stops={stops} stop={stop} dataNodes={dataNodes}>
              <SampleBar session={session} frozen={frozen} />
            </Lanes>
            <Story
              stage={stage}
              samples={frozen.samples}
              chain={chain}
              look={look}
              picks={picks}
              stops={stops}
              stop={stop}
              step={step}
              onStep={onStep}
              canStep={(by) => stepFrom(chain, session.place, stops, stop, by) !== null}
            />
          </>
        ) : (
          <Waiting stage={stage} issues={[...frozen.issues, ...issues]} />
        )}
      </div>
    </div>
  );
}

/** The objectives that can be computed: those of a network without faults that has data. */
function losing({ document, tab, at }: Stage): Pick<Stage["document"], "objectives"> {
  const whole = document.data !== null && (at.kind === "run" || !tab.checked.issues.some(isError));
  return whole ? document : { objectives: [] };
}

function useLookAt(stage: Stage, chain: Chain, session: Session, frozen: Frozen) {
  const { end } = chain;
  const plan = useMemo(
    () =>
      end && session.place === end.id ? planLoss(end) : planNode(stage.graph, stage.document, chain, session.place),
    [stage.graph, stage.document, chain, end, session.place],
  );
  const { value, issues } = useTensorsAt(stage, frozen.samples, plan?.refs ?? null);
  const look = useMemo((): Look | null => (value && plan ? plan.make(value.tensors) : null), [value, plan]);
  return { look, step: value?.step ?? 0, issues };
}

/** The elements that are looked at, of a node or of a loss. */
function shownPicks(look: Look, session: Session, sample: number): Picks {
  const chosen = session.picks[session.place] ?? {};
  if (look.kind === "node") return picksOf(look, sample, session.parameter[session.place] ?? null, chosen);
  const index = furthest(look.gradient, sampleRange(look.gradient, sample));
  return { ...noPicks, output: chosen.output ?? { tensor: { of: "output", output: 0 }, index } };
}

/** Arrows go from stop to stop, with Shift from layer to layer; Esc leaves. */
function useKeys(chain: Chain, place: string, onStep: (by: 1 | -1) => void): void {
  useEffect(() => {
    const onKeyDown = (e: KeyboardEvent): void => {
      if (e.defaultPrevented || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
      const at = placeOf(e.target);
      if (at === "overlay" || at === "field") return;
      const by = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
      if (e.key === "Escape") leave();
      else if (by !== 0 && e.shiftKey) goAlong(chain, place, by);
      else if (by !== 0) onStep(by);
      else return;
      e.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  });
}

/** To the neighbour in the strip, at the same stop: so one walks forward, or backward. */
function goAlong({ links, end }: Chain, place: string, by: 1 | -1): void {
  const places = [...links.map((l) => l.id), ...(end ? [end.id] : [])];
  const to = places[places.indexOf(place) + by];
  if (to !== undefined) stepping.getState().go(to);
}

/** Why there is nothing to see yet. */
function Waiting({ stage, issues }: { stage: Stage; issues: Frozen["issues"] }): ReactNode {
  const text = useText().walk;
  const locale = useLocale();
  const connection = useTraining((s) => s.connection);
  const [issue] = issues;
  if (issue) return <EmptyState icon={TriangleAlert} text={messageOf(issue, locale)} />;
  const told =
    connection === "off"
      ? text.noProgram
      : connection !== "ready"
        ? text.connecting
        : stage.moving
          ? text.pausing
          : text.loading;
  return <EmptyState icon={Footprints} text={told} />;
}
