import { MoveLeft, MoveRight } from "lucide-react";
import { type ReactNode, type RefObject, useLayoutEffect, useMemo, useRef, useState } from "react";
import { elementOf, type Place } from "../../src/explain/place.ts";
import type { Tensor } from "../../src/shape/dtype.ts";
import { useText } from "../app/text.ts";
import { valueText } from "../tensors/texts.ts";
import { type Mark, shownPlace, TensorCard } from "./Card.tsx";
import { Chips } from "./Chips.tsx";
import { inputName, pageNames, shapeOf } from "./captions.ts";
import { LossLanes } from "./LossLanes.tsx";
import { Middle } from "./Middle.tsx";
import type { Look, NodeLook } from "./nodeLook.ts";
import { partnerOf } from "./picks.ts";
import { type Picks, type Stop, stepping } from "./session.ts";
import styles from "./step.module.css";

export interface LanesProps {
  readonly look: Look;
  readonly picks: Picks;
  readonly stops: readonly Stop[];
  readonly stop: Stop;
  /** Nodes where data enter. */
  readonly dataNodes: ReadonlySet<string>;
}

/** What goes forward through a node, and below it what comes back. */
export function Lanes({ children, ...props }: LanesProps & { children: ReactNode }) {
  const { look } = props;
  const text = useText().walk;
  const box = useRef<HTMLDivElement>(null);
  const side = useSide(box);
  const backward = look.kind === "loss" || look.outputs.some((g) => g !== null);
  const lanes =
    look.kind === "loss" ? (
      <LossLanes {...props} look={look} side={side} />
    ) : (
      <NodeLanes {...props} look={look} side={side} />
    );
  return (
    <div ref={box} className={styles.lanes} data-single={!backward}>
      <h2 className={styles.laneTitle}>
        {text.forward} <MoveRight size="0.75rem" aria-hidden="true" />
      </h2>
      {backward && (
        <h2 className={styles.laneTitle} data-lane="backward">
          <MoveLeft size="0.75rem" aria-hidden="true" /> {text.backward}
        </h2>
      )}
      {children}
      {side > 0 && lanes}
    </div>
  );
}

/** Room that a card needs beside and below its picture, in rem. */
const beside = 4;
const below = 6.625;

/** Side of the pictures: as large as three fit beside and two below each other. */
function useSide(box: RefObject<HTMLDivElement | null>): number {
  const [side, setSide] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      const wide = element.clientWidth / 3 - beside * rem;
      const tall = element.clientHeight / 2 - below * rem;
      setSide(Math.round(Math.max(6 * rem, Math.min(20 * rem, wide, tall))));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return side;
}

const numberOf = (stops: readonly Stop[], stop: Stop): number => stops.indexOf(stop) + 1;

/** The mark of a stop at the card that it is about. */
export function useMarks({ stops, stop }: Pick<LanesProps, "stops" | "stop">): (of: Stop) => Mark | undefined {
  const text = useText().walk;
  return (of) => {
    const number = numberOf(stops, of);
    if (number === 0) return undefined;
    const now = numberOf(stops, stop);
    return {
      number,
      state: number === now ? "now" : number < now ? "done" : "open",
      label: `${number}. ${text.titles[of]}`,
      onSelect: () => stepping.getState().set({ stop: of }),
    };
  };
}

function NodeLanes({ look, picks, stops, stop, dataNodes, side }: LanesProps & { look: NodeLook; side: number }) {
  const markOf = useMarks({ stops, stop });
  const { numbers } = look;
  const isInput = look.checked.node.layer === "input";
  const output = picks.output?.tensor.of === "output" ? picks.output.tensor.output : 0;
  const y = numbers.outputs[output];
  const reads = useMemo(
    () => (picks.output ? look.form.reads(numbers, output, picks.output.index) : []),
    [look, numbers, output, picks.output],
  );
  const current = picks.input?.tensor.of === "input" ? picks.input.tensor.input : 0;
  // Of several inputs the first stands on the left, and another in the middle.
  const several = numbers.inputs.length > 1;
  const beside = current === 0 ? 1 : current;
  const backward = look.outputs.some((g) => g !== null);
  const input = (which: number, gradient: boolean, chips: boolean): ReactNode => {
    const place = which === current ? picks.input : partnerOf(look, picks, which);
    const tensor = gradient ? look.inputs[which] : numbers.inputs[which];
    if (!place || !tensor) return <span />;
    return (
      <InputCard
        look={look}
        place={place}
        input={which}
        tensor={tensor}
        gradient={gradient}
        framed={reads.flatMap((r) => (r.tensor.of === "input" && r.tensor.input === which ? [r.index] : []))}
        isData={dataNodes.has(look.checked.sources[which]?.node ?? "")}
        chips={chips}
        side={side}
        mark={which === current ? (gradient ? markOf("outgoing") : several ? markOf("forward") : undefined) : undefined}
      />
    );
  };
  const lane = (gradient: boolean): ReactNode => (
    <div className={styles.lane} data-lane={gradient ? "backward" : "forward"}>
      {isInput ? <span /> : input(several ? 0 : current, gradient, false)}
      {isInput ? <span /> : <Arrow back={gradient} plus={several} />}
      {isInput ? (
        <span />
      ) : several ? (
        input(beside, gradient, numbers.inputs.length > 2)
      ) : (
        <Middle
          look={look}
          picks={picks}
          gradient={gradient}
          side={side}
          mark={markOf(gradient ? "weights" : "forward")}
        />
      )}
      {isInput ? <span /> : <Arrow back={gradient} />}
      {y && picks.output && (
        <OutputCard
          look={look}
          place={picks.output}
          output={output}
          tensor={gradient ? (look.outputs[output] ?? null) : y}
          gradient={gradient}
          side={side}
          mark={gradient ? markOf("incoming") : isInput ? markOf("forward") : undefined}
        />
      )}
    </div>
  );
  return (
    <>
      {lane(false)}
      {backward && lane(true)}
    </>
  );
}

/** The way from one card to the next; between two inputs of one layer there is none. */
export function Arrow({ back, plus = false }: { back: boolean; plus?: boolean }) {
  if (plus) return <span className={styles.between} aria-hidden="true" />;
  return (
    <svg className={styles.arrow} width="48" height="12" viewBox="0 0 48 12" aria-hidden="true">
      <path
        d={back ? "M46 6H4M9 2 4 6l5 4" : "M2 6H44M39 2l5 4-5 4"}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      />
    </svg>
  );
}

interface PortCardProps {
  readonly look: NodeLook;
  readonly place: Place;
  readonly tensor: Tensor | null;
  readonly gradient: boolean;
  readonly side: number;
  readonly mark: Mark | undefined;
}

function InputCard({
  look,
  place,
  input,
  tensor,
  gradient,
  framed,
  isData,
  chips,
  side,
  mark,
}: PortCardProps & { input: number; framed: readonly number[]; isData: boolean; chips: boolean }) {
  const text = useText().walk;
  const { numbers, checked } = look;
  if (!tensor) return <span />;
  const several = numbers.inputs.length > 1;
  const letter = several ? inputName(look, input) : "x";
  const from = checked.sources[input];
  const value = elementOf(tensor, place.index);
  const symbol = gradient ? `\\partial L / \\partial ${letter}` : letter;
  const shape = shapeOf(tensor);
  const caption = gradient
    ? text.cards.outgoing
    : several && from
      ? text.cards.inputOf(from.node, shape)
      : text.cards.input(shape);
  const at = shownPlace(tensor, place.index, true);
  return (
    <TensorCard
      tensor={tensor}
      kind={gradient ? "gradient" : isData ? "data" : "value"}
      picked={place.index}
      framed={framed}
      side={side}
      symbol={symbol}
      caption={caption}
      mark={mark}
      pageNames={pageNames(text, tensor, true)}
      chips={
        chips && !gradient ? (
          <Chips
            label={text.chooseTensor}
            items={numbers.inputs.slice(1).map((_, i) => inputName(look, i + 1))}
            names={checked.sources.slice(1).map((s) => s.node)}
            chosen={input - 1}
            onChoose={(i) => {
              const { session } = stepping.getState();
              const output = session?.picks[session.place]?.output ?? null;
              const to = partnerOf(look, { output, input: place, parameter: null }, i + 1);
              if (to) stepping.getState().pick({ input: to });
            }}
          />
        ) : undefined
      }
      told={<Told name={gradient ? `∂L/∂${plainLetter(letter)}${at}` : `${plainLetter(letter)}${at}`} value={value} />}
      onPick={(index) => stepping.getState().pick({ input: { tensor: { of: "input", input }, index } })}
    />
  );
}

/** Letters of formulas as plain text. */
export const plainLetter = (tex: string): string => tex.replace(/\^\{\((\d+)\)\}/, "⁽$1⁾").replace(/[\\{}]/g, "");

function OutputCard({ look, place, output, tensor, gradient, side, mark }: PortCardProps & { output: number }) {
  const text = useText().walk;
  if (!tensor) return <span />;
  const several = look.numbers.outputs.length > 1;
  const letter = several ? `y^{(${output + 1})}` : "y";
  const at = shownPlace(tensor, place.index, true);
  const caption = gradient ? text.cards.incoming : text.cards.output(shapeOf(tensor));
  const isInput = look.checked.node.layer === "input";
  return (
    <TensorCard
      tensor={tensor}
      kind={gradient ? "gradient" : isInput ? "data" : "value"}
      picked={place.index}
      side={side}
      symbol={gradient ? `\\partial L / \\partial ${letter}` : letter}
      caption={caption}
      mark={mark}
      pageNames={pageNames(text, tensor, true)}
      chips={
        several && !gradient ? (
          <Chips
            label={text.chooseTensor}
            items={look.checked.outputPorts.map((_, i) => `y^{(${i + 1})}`)}
            names={look.checked.outputPorts.map((p) => p.name)}
            chosen={output}
            onChoose={(i) =>
              stepping
                .getState()
                .pick({ output: { tensor: { of: "output", output: i }, index: 0 }, input: null, parameter: null })
            }
          />
        ) : undefined
      }
      told={
        <Told
          name={`${gradient ? "∂L/∂" : ""}${plainLetter(letter)}${at}`}
          value={elementOf(tensor, place.index)}
          strong={true}
        />
      }
      onPick={(index) =>
        stepping.getState().pick({ output: { tensor: { of: "output", output }, index }, input: null, parameter: null })
      }
    />
  );
}

/** `y(4, 12, 14) = 4.36` */
export function Told({ name, value, strong = false }: { name: string; value: number; strong?: boolean }) {
  return (
    <span className={styles.reading} data-reading={true}>
      {name} = <b data-strong={strong}>{valueText(value)}</b>
    </span>
  );
}
