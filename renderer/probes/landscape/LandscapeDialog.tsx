import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Issue } from "../../../src/core/issue.ts";
import { messageOf } from "../../../src/i18n/issue.ts";
import { closeDialog } from "../../app/dialogs.ts";
import { useLocale, useText } from "../../app/text.ts";
import { engine } from "../../bridge/engine.ts";
import { runOf, useTraining } from "../../stores/training.ts";
import { useTab } from "../../stores/workspace.ts";
import { useColours } from "../../tensors/colours.ts";
import { paintPlane } from "../../tensors/paint.ts";
import { plane } from "../../tensors/planes.ts";
import { valueText } from "../../tensors/texts.ts";
import { sightOf } from "../../training/sight.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Select } from "../../ui/Select.tsx";
import { contour, levelsOf } from "../surface/contour.ts";
import { estimate } from "../surface/plane.ts";
import styles from "./LandscapeDialog.module.css";
import { readAt, type Terrain, terrainOf } from "./terrain.ts";

const ranges = ["0.1", "0.3", "1", "3"] as const;
const directions = ["gradient", "random"] as const;
const sampleChoices = ["batch", "data"] as const;
/** Points along a side: a first look, then finer while nobody cancels. */
const sizes = [9, 17, 33] as const;
const mostSamples = 256;

interface Choice {
  readonly range: (typeof ranges)[number];
  readonly along: (typeof directions)[number];
  readonly samples: (typeof sampleChoices)[number];
  /** Another pair of random directions. */
  readonly seed: number;
}

/** The loss around the present parameters, along two directions. */
export function LandscapeDialog() {
  const text = useText().probes.landscape;
  const locale = useLocale();
  const [choice, setChoice] = useState<Choice>({ range: "1", along: "gradient", samples: "batch", seed: 0 });
  const change = (by: Partial<Choice>) => setChoice((c) => ({ ...c, ...by }));
  const { terrain, stage, issue, start, cancel } = useLandscape(choice);
  const [at, setAt] = useState<readonly [number, number] | null>(null);
  const busy = stage !== null;
  const read = at && terrain ? readAt(terrain, at[0], at[1]) : null;
  return (
    <Dialog
      title={text.title}
      onClose={closeDialog}
      width="44rem"
      footer={
        busy ? (
          <Button onClick={cancel}>{text.cancel}</Button>
        ) : (
          <Button kind="primary" data-initial-focus="" onClick={start}>
            {terrain ? text.again : text.compute}
          </Button>
        )
      }
    >
      <div className={styles.landscape}>
        <Picture
          terrain={terrain}
          onPoint={setAt}
          label={terrain ? text.spoken(valueText(terrain.least, 3), valueText(terrain.greatest, 3)) : text.title}
        />
        <div className={styles.words}>
          <p>{text.what}</p>
          <div className={styles.row}>
            <span>{text.first}</span>
            <Select
              label={text.first}
              value={choice.along}
              options={directions.map((value) => ({ value, label: text.directions[value] }))}
              disabled={busy}
              onChange={(along) => change({ along })}
            />
          </div>
          <div className={styles.row}>
            <span>{text.range}</span>
            <Select
              label={text.range}
              value={choice.range}
              options={ranges.map((value) => ({ value, label: text.lengths(value) }))}
              disabled={busy}
              onChange={(range) => change({ range })}
            />
          </div>
          <div className={styles.row}>
            <span>{text.samples}</span>
            <Select
              label={text.samples}
              value={choice.samples}
              options={sampleChoices.map((value) => ({ value, label: text.sampleChoices[value] }))}
              disabled={busy}
              onChange={(samples) => change({ samples })}
            />
          </div>
          <Button size="sm" disabled={busy} onClick={() => change({ seed: choice.seed + 1 })}>
            {text.otherDirections}
          </Button>
          {terrain && <Legend terrain={terrain} />}
          <output className={styles.readout} data-busy={busy || undefined}>
            {issue
              ? messageOf(issue, locale)
              : read
                ? text.read(valueText(read.a, 2), valueText(read.b, 2), valueText(read.loss, 4))
                : busy
                  ? text.computing(stage.toLocaleString("en-US"))
                  : terrain && text.points(terrain.size)}
          </output>
        </div>
      </div>
    </Dialog>
  );
}

/** Asks for the landscape, coarse first; what was asked for before a cancel or a change is not shown any more. */
function useLandscape(choice: Choice) {
  const tab = useTab((t) => t);
  const run = useTraining((s) => runOf(s, tab.id));
  const [terrain, setTerrain] = useState<Terrain | null>(null);
  const [stage, setStage] = useState<number | null>(null);
  const [issue, setIssue] = useState<Issue | null>(null);
  const asked = useRef(0);
  const computing = useRef(false);
  const giveUp = (): void => {
    asked.current++;
    if (computing.current) void engine()?.command({ kind: "cancel" });
    computing.current = false;
  };
  const cancel = (): void => {
    giveUp();
    setStage(null);
  };
  // Closing the dialog cancels.
  const close = useRef(giveUp);
  close.current = giveUp;
  useEffect(() => () => close.current(), []);
  // Another choice shows nothing of the one before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: every choice counts
  useEffect(() => {
    setTerrain(null);
    setIssue(null);
  }, [choice]);
  const start = async (): Promise<void> => {
    const mine = ++asked.current;
    setIssue(null);
    const { at } = sightOf(tab, run, []);
    const count = Math.min(mostSamples, run?.plan?.samples.train ?? estimate(tab.edited.document, "train"));
    const samples =
      choice.samples === "batch"
        ? ({ kind: "next" } as const)
        : ({
            kind: "indices",
            split: "train",
            indices: Array.from({ length: Math.max(1, count) }, (_, i) => i),
          } as const);
    for (const size of sizes) {
      setStage(size * size);
      computing.current = true;
      const reply = await engine()?.command({
        kind: "landscape",
        at,
        samples,
        mode: "inference",
        size,
        range: Number(choice.range),
        along: choice.along,
        seed: choice.seed,
      });
      if (asked.current !== mine) return;
      if (!reply?.ok) {
        setIssue(reply?.issues[0] ?? null);
        break;
      }
      if (reply.value?.kind === "landscape") setTerrain(terrainOf(reply.value.places, reply.value.loss));
    }
    computing.current = false;
    setStage(null);
  };
  return { terrain, stage, issue, start: () => void start(), cancel };
}

function Picture({
  terrain,
  label,
  onPoint,
}: {
  terrain: Terrain | null;
  label: string;
  onPoint: (at: readonly [number, number] | null) => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const table = useColours("cost");
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !terrain || !canvas.current) return;
    const { size, shades, scale } = terrain;
    canvas.current.width = size;
    canvas.current.height = size;
    const image = new ImageData(size, size);
    paintPlane(new Uint32Array(image.data.buffer), 0, shades, plane(size, size), scale, table);
    context.putImageData(image, 0, 0);
  }, [terrain, table]);
  const lines = useMemo(
    () =>
      terrain
        ? levelsOf(terrain.least, terrain.greatest, 10)
            .map((level) =>
              contour(terrain.shades, terrain.size, terrain.size, terrain.logarithmic ? Math.log10(level) : level),
            )
            .join("")
        : "",
    [terrain],
  );
  const size = terrain?.size ?? 1;
  const end = terrain ? valueText(terrain.places.at(-1) ?? 0, 2) : "";
  return (
    <div
      className={styles.picture}
      role="img"
      aria-label={label}
      onPointerMove={(e) => {
        const { left, top, width, height } = e.currentTarget.getBoundingClientRect();
        onPoint([(e.clientX - left) / width, (e.clientY - top) / height]);
      }}
      onPointerLeave={() => onPoint(null)}
    >
      <canvas ref={canvas} />
      {terrain && (
        <svg viewBox={`0 0 ${size} ${size}`} preserveAspectRatio="none" aria-hidden="true">
          <path className={styles.line} d={lines} />
          <path
            className={styles.here}
            d={`M${size / 2} ${size / 2 - size / 24}v${size / 12}M${size / 2 - size / 24} ${size / 2}h${size / 12}`}
          />
        </svg>
      )}
      {terrain && (
        <>
          <span className={styles.end} data-at="left">{`−${end}`}</span>
          <span className={styles.end} data-at="right">
            {end}
          </span>
        </>
      )}
    </div>
  );
}

function Legend({ terrain }: { terrain: Terrain }) {
  const text = useText().probes.landscape;
  return (
    <>
      <p className={styles.legend}>
        <span>{valueText(terrain.least, 3)}</span>
        <i />
        <span>{valueText(terrain.greatest, 3)}</span>
      </p>
      <p className={styles.note}>
        {terrain.logarithmic ? text.logarithmic : text.linear} {text.here}
      </p>
    </>
  );
}
