import { Footprints, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { isError } from "../../src/core/issue.ts";
import { messageOf } from "../../src/i18n/issue.ts";
import { placeOf } from "../app/shortcuts.ts";
import { useLocale, useText } from "../app/text.ts";
import { useTraining } from "../stores/training.ts";
import type { Samples } from "../training/sight.ts";
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
  const { graph } = stage;
  const objectives = useObjectives(stage);
  const chain = useMemo(
    () => chainThrough(graph, objectives, session.place, session.ways),
    [graph, objectives, session.place, session.ways],
  );
  const frozen = useFrozen(stage, chain, session);
  const norms = useChainNorms(stage, chain, frozen.samples);
  const { scene, issues } = useScene(stage, chain, session, frozen);
  // What was there before stays until what comes next is computed.
  const last = useRef<Scene | null>(null);
  if (scene) last.current = scene;
  const shown = scene ?? (issues.length > 0 || frozen.issues.length > 0 || stage.moving ? null : last.current);
  const picks = useMemo(() => (shown ? shownPicks(shown, session) : noPicks), [shown, session]);
  const stops = useMemo(() => (shown ? stopsOf(shown.look) : []), [shown]);
  const stop = stopAt(stops, session.stop);
  const from = (by: 1 | -1) => (scene ? stepFrom(chain, session.place, stops, stop, by) : null);
  const onStep = (by: 1 | -1): void => {
    const to = from(by);
    if (to) stepping.getState().go(to.place, to.stop);
  };
  useKeys(chain, session.place, onStep);
  const dataNodes = useMemo(
    () => new Set([...graph.nodes].flatMap(([id, n]) => (n.node.layer === "input" ? [id] : []))),
    [graph],
  );
  const weight = picks.parameter?.tensor;
  const parameter =
    scene?.look.kind === "node" && weight?.of === "parameter" ? parameterSymbol(scene.look, weight.parameter) : null;
  return (
    <div className={styles.view} data-step-view={true}>
      <ChainStrip
        chain={chain}
        norms={norms}
        loss={scene?.look.loss ?? null}
        place={session.place}
        parameter={parameter}
      />
      <div className={styles.main} aria-busy={scene === null} data-place={scene ? session.place : undefined}>
        {shown ? (
          <>
            <Lanes look={shown.look} picks={picks} stops={stops} stop={stop} dataNodes={dataNodes}>
              <SampleBar session={session} frozen={frozen} />
            </Lanes>
            <Story
              stage={stage}
              samples={shown.samples}
              chain={chain}
              look={shown.look}
              picks={picks}
              stops={stops}
              stop={stop}
              step={shown.step}
              onStep={onStep}
              canStep={(by) => from(by) !== null}
            />
          </>
        ) : (
          <Waiting stage={stage} issues={[...frozen.issues, ...issues]} />
        )}
      </div>
    </div>
  );
}

/** A place with its numbers. */
interface Scene {
  readonly place: string;
  readonly look: Look;
  readonly samples: Samples;
  /** Number of the sample that is shown, of those that went through. */
  readonly sample: number;
  /** Steps done. */
  readonly step: number;
}

/** The objectives that can be computed: those of a network without faults that has data. */
function useObjectives({ document, tab, at }: Stage): Pick<Stage["document"], "objectives"> {
  const whole = document.data !== null && (at.kind === "run" || !tab.checked.issues.some(isError));
  return useMemo(() => ({ objectives: whole ? document.objectives : [] }), [whole, document.objectives]);
}

function useScene(stage: Stage, chain: Chain, { place }: Session, { samples, shown }: Frozen) {
  const { end } = chain;
  const { graph, document } = stage;
  const plan = useMemo(
    () => (end && place === end.id ? planLoss(end) : planNode(graph, document, chain, place)),
    [graph, document, chain, end, place],
  );
  const { value, issues } = useTensorsAt(stage, samples, plan?.refs ?? null);
  const scene = useMemo((): Scene | null => {
    if (!value || !plan || !samples) return null;
    return { place, look: plan.make(value.tensors), samples, sample: shown, step: value.step };
  }, [value, plan, samples, shown, place]);
  return { scene, issues };
}

/** The elements that are looked at, of a node or of a loss. */
function shownPicks({ look, place, sample }: Scene, session: Session): Picks {
  const chosen = session.picks[place] ?? {};
  if (look.kind === "node") return picksOf(look, sample, session.parameter[place] ?? null, chosen);
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
