import type { UiText } from "../../src/i18n/ui.ts";
import type { Chain } from "./chain.ts";
import type { Look } from "./nodeLook.ts";
import { type Stop, stops } from "./session.ts";

/** The stops that a place has: without a gradient only the first, without trained parameters no talk of them. */
export function stopsOf(look: Look): readonly Stop[] {
  if (look.kind === "loss") return ["forward", "outgoing"];
  const { layer } = look.checked.node;
  const backward = look.outputs.some((g) => g !== null);
  if (!backward) return ["forward"];
  if (layer === "input") return ["forward", "incoming"];
  const trained = look.checked.parameters.length > 0;
  const whole = look.inputs.every((g) => g === null);
  return stops.filter((s) => {
    if (s === "weights" || s === "update") return trained;
    return s !== "outgoing" || !whole;
  });
}

/** The stop that is shown: the one that was chosen, or of a place that does not have it the first. */
export const stopAt = (all: readonly Stop[], wanted: Stop): Stop => (all.includes(wanted) ? wanted : (all[0] as Stop));

export function titleOf(look: Look, stop: Stop, text: UiText["walk"]): string {
  if (look.kind === "loss") return stop === "forward" ? text.titles.loss : text.titles.lossGradient;
  if (look.checked.node.layer !== "input") return text.titles[stop];
  return stop === "forward" ? text.titles.data : text.titles.dataEnd;
}

/** Places in the order of a walk: back from the loss to the data. */
export const placesOf = ({ links, end }: Chain): readonly string[] => [
  ...(end ? [end.id] : []),
  ...[...links].reverse().map((l) => l.id),
];

/** Where a step leads to: to the next stop of the place, or on to the next place of the walk. */
export function stepFrom(
  chain: Chain,
  place: string,
  all: readonly Stop[],
  stop: Stop,
  by: 1 | -1,
): { readonly place: string; readonly stop: Stop } | null {
  const next = all[all.indexOf(stop) + by];
  if (next) return { place, stop: next };
  const places = placesOf(chain);
  const to = places[places.indexOf(place) + by];
  return to === undefined ? null : { place: to, stop: by === 1 ? "forward" : "update" };
}
