import { Fragment, useMemo } from "react";
import type { UiText } from "../../../src/i18n/ui.ts";
import { useText } from "../../app/text.ts";
import { checkedNode, useTab } from "../../stores/workspace.ts";
import { Formula } from "../../ui/Formula.tsx";
import { Section } from "../Section.tsx";
import styles from "./Node.module.css";
import { type AxisName, type ShapeNote, shapeStory } from "./shapeStory.ts";

/** How the shape of a node's output came about: a calculation for every axis behind the batch. */
export function ShapeSection({ id }: { id: string }) {
  const text = useText().inspector;
  const checked = useTab((t) => checkedNode(t, id));
  const story = useMemo(() => checked && shapeStory(checked), [checked]);
  if (!story) return null;
  return (
    <Section title={text.sections.shape}>
      {story.summary ? (
        <p className={styles.told}>{text.shape[story.summary]}</p>
      ) : (
        <dl className={styles.story}>
          {story.axes.map(({ axes, tex, note }) => (
            <Fragment key={axes.join(" ")}>
              <dt>{axes.map((a) => axisText(a, text.shape.axes)).join(", ")}</dt>
              <dd>
                <Formula tex={`\\displaystyle ${tex}`} />
                {note && <span className={styles.note}>{noteText(note, text.shape.notes)}</span>}
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
    </Section>
  );
}

const axisText = (name: AxisName, text: UiText["inspector"]["shape"]["axes"]): string =>
  typeof name === "number" ? text.axis(name) : text[name];

const noteText = (note: ShapeNote, text: UiText["inspector"]["shape"]["notes"]): string =>
  typeof note === "string" ? text[note] : text.moved(note.moved);
