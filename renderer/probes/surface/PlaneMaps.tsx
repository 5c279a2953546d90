import { useMemo } from "react";
import { elementCount } from "../../../src/shape/dtype.ts";
import { useText } from "../../app/text.ts";
import type { Tab } from "../../stores/workspace.ts";
import { Picture } from "../../tensors/Picture.tsx";
import type { Plane } from "../../tensors/planes.ts";
import { valueText } from "../../tensors/texts.ts";
import { numbersOf } from "../../tensors/values.ts";
import styles from "../ProbeCard.module.css";
import { type Probe, refsOf } from "../probes.ts";
import type { Range } from "./plane.ts";
import { type Surroundings, useOverPlane, useSurroundings } from "./useSurface.ts";

/** Units of a layer that are drawn, and cells along a side of each while the network rests. */
const mostUnits = 64;
const fine = 40;

/** What each unit of a layer gives over the plane of all inputs: a small map each. */
export function PlaneMaps({ tab, probe, label }: { tab: Tab; probe: Probe; label: string }) {
  const text = useText().probes;
  const around = useSurroundings(tab);
  if (!around) return <p className={styles.absent}>{text.surface.unfit}</p>;
  return <Maps tab={tab} probe={probe} label={label} around={around} />;
}

function Maps({ tab, probe, label, around }: { tab: Tab; probe: Probe; label: string; around: Surroundings }) {
  const text = useText().probes;
  const refs = useMemo(() => refsOf({ ...probe, parts: ["value"] }), [probe]);
  const seen = useOverPlane(tab, around, refs, fine);
  const [tensor] = seen.tensors;
  const size = Math.round(Math.sqrt(tensor?.dims[0] ?? 0));
  const units = tensor ? elementCount(tensor.dims.slice(1)) : 0;
  const planes = useMemo(() => mapsOf(size, units), [size, units]);
  if (!tensor) return <p className={styles.absent}>{seen.unknown ? text.notKept : text.looking}</p>;
  return (
    <Picture
      values={numbersOf(tensor)}
      planes={planes}
      label={label}
      maxHeight={150}
      largest={150}
      smallest={20}
      read={(flat, v) => {
        const [x, y] = pointOf(around.range, size, Math.floor(flat / units));
        return text.surface.unit(flat % units, `(${valueText(x, 2)}, ${valueText(y, 2)})`, valueText(v, 3));
      }}
    />
  );
}

const mapsOf = (size: number, units: number): readonly Plane[] =>
  Array.from({ length: Math.min(units, mostUnits) }, (_, unit) => ({
    offset: unit,
    rows: size,
    columns: size,
    rowStride: size * units,
    columnStride: units,
  }));

/** The inputs at a place of the grid. */
function pointOf({ x, y }: Range, size: number, place: number): readonly [number, number] {
  const [row, column] = [Math.floor(place / size), place % size];
  const at = ([low, high]: readonly [number, number], i: number): number => low + ((i + 0.5) / size) * (high - low);
  return [at(x, column), at(y, size - 1 - row)];
}
