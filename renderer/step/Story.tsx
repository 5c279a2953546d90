import { ArrowLeft, ArrowRight } from "lucide-react";
import { useEffect, useRef } from "react";
import { layerTexts } from "../../src/i18n/texts.ts";
import { useLocale, useText } from "../app/text.ts";
import type { Samples } from "../training/sight.ts";
import { IconButton } from "../ui/Button.tsx";
import type { Chain } from "./chain.ts";
import { Foot } from "./Foot.tsx";
import type { Look } from "./nodeLook.ts";
import { isLayer } from "./nodeLook.ts";
import type { Picks, Stop } from "./session.ts";
import styles from "./step.module.css";
import { titleOf } from "./stops.ts";
import { LossForward, LossGradient } from "./tales/LossTale.tsx";
import { ForwardTale, IncomingTale, OutgoingTale, WeightsTale } from "./tales/NodeTales.tsx";
import { UpdateTale } from "./tales/UpdateTale.tsx";
import type { Stage } from "./useLook.ts";

export interface StoryProps {
  readonly stage: Stage;
  readonly samples: Samples;
  readonly chain: Chain;
  readonly look: Look;
  readonly picks: Picks;
  readonly stops: readonly Stop[];
  readonly stop: Stop;
  /** Steps done of the run that is looked into; 0 of a document. */
  readonly step: number;
  onStep(by: 1 | -1): void;
  readonly canStep: (by: 1 | -1) => boolean;
}

/** What one stop tells: the formula, this batch's numbers in it, and what they come to. */
export function Story(props: StoryProps) {
  const { look, stop, stops, onStep, canStep } = props;
  const text = useText().walk;
  const name = look.kind === "loss" ? text.loss : look.checked.node.id;
  const scroll = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another stop begins at its top
  useEffect(() => {
    if (scroll.current) scroll.current.scrollTop = 0;
  }, [stop, name]);
  return (
    <aside className={styles.story} aria-label={text.title}>
      <header className={styles.storyHead}>
        <div>
          <p className={styles.storyPlace}>{text.place(name, stops.indexOf(stop) + 1, stops.length)}</p>
          <h2 aria-live="polite">{titleOf(look, stop, text)}</h2>
        </div>
        <IconButton
          label={text.earlier}
          icon={ArrowLeft}
          size="md"
          keys="ArrowLeft"
          className={styles.nav}
          disabled={!canStep(-1)}
          onClick={() => onStep(-1)}
        />
        <IconButton
          label={text.later}
          icon={ArrowRight}
          size="md"
          keys="ArrowRight"
          className={styles.nav}
          data-primary={true}
          disabled={!canStep(1)}
          onClick={() => onStep(1)}
        />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <div ref={scroll} className={styles.storyBody} tabIndex={0}>
        <Tale {...props} />
      </div>
      <Foot {...props} />
    </aside>
  );
}

/** Name of a layer's kind. */
export function useLayerName(look: Look): string {
  const locale = useLocale();
  if (look.kind === "loss") return "";
  const { layer } = look.checked.node;
  return isLayer(layer) ? layerTexts[locale][layer].name : layer;
}

function Tale(props: StoryProps) {
  const { look, stop } = props;
  if (look.kind === "loss") {
    return stop === "forward" ? <LossForward {...props} look={look} /> : <LossGradient {...props} look={look} />;
  }
  switch (stop) {
    case "forward":
      return <ForwardTale {...props} look={look} />;
    case "incoming":
      return <IncomingTale {...props} look={look} />;
    case "weights":
      return <WeightsTale {...props} look={look} />;
    case "outgoing":
      return <OutgoingTale {...props} look={look} />;
    case "update":
      return <UpdateTale {...props} look={look} />;
  }
}
