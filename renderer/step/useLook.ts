import { useEffect, useMemo, useState } from "react";
import type { Issue } from "../../src/core/issue.ts";
import type { CheckedGraph } from "../../src/graph/check.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import type { TensorRefInput } from "../../src/protocol/index.ts";
import { elementCount, type Tensor } from "../../src/shape/dtype.ts";
import { runOf, useTraining } from "../stores/training.ts";
import { type Tab, useTab } from "../stores/workspace.ts";
import { type LookedTensors, look } from "../training/looking.ts";
import { isUnderWay } from "../training/run.ts";
import { graphOf, type Moment, type Samples, sightOf } from "../training/sight.ts";
import { refKey } from "../training/watching.ts";
import type { Chain } from "./chain.ts";
import type { Session } from "./session.ts";

/** The network that is walked through, and whose parameters it has. */
export interface Stage {
  readonly tab: Tab;
  readonly document: GraphDocument;
  readonly graph: CheckedGraph;
  readonly at: Moment;
  /** Steps done when it was looked at; a change means that all numbers are others. */
  readonly step: number;
  /** A run is under way but not paused: its numbers do not stand still. */
  readonly moving: boolean;
}

/** Where a walk looks: into the run of the tab while that is under way, else into its document. */
export function useStage(place: string): Stage {
  const tab = useTab((t) => t);
  const run = useTraining((s) => runOf(s, tab.id));
  const under = isUnderWay(run);
  const document = under && run ? run.document : tab.edited.document;
  const graph = under ? graphOf(document) : tab.checked.graph;
  // Of an unfinished network the part up to the node can be looked at.
  const { at } = sightOf(tab, run, valuesOf(graph, place));
  const step = run?.step ?? 0;
  const moving = under && run?.phase !== "paused";
  return useMemo(() => ({ tab, document, graph, at, step, moving }), [tab, document, graph, at, step, moving]);
}

function valuesOf(graph: CheckedGraph, place: string): TensorRefInput[] {
  const ports = graph.nodes.get(place)?.outputPorts ?? [];
  return ports.map((p) => ({ of: "output", node: place, port: p.name, what: "value" }));
}

/** An answer of the engine, and what was asked. */
interface Answer {
  readonly key: string;
  readonly value: LookedTensors | null;
  readonly issues: readonly Issue[];
}

export interface LookState {
  /** Null while the answer is awaited, or where there is none. */
  readonly value: LookedTensors | null;
  readonly issues: readonly Issue[];
  readonly busy: boolean;
}

/** Tensors of a stage. They are asked for again when the stage, the samples or the list changes. */
export function useTensorsAt(stage: Stage, samples: Samples | null, refs: readonly TensorRefInput[] | null): LookState {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const ready = useTraining((s) => s.connection === "ready");
  const moment = useNumber(stage.at);
  const wanted = ready && !stage.moving && samples !== null && refs !== null && refs.length > 0;
  const key = wanted ? `${moment} ${stage.step} ${JSON.stringify(samples)} ${refs.map(refKey).join()}` : "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that counts
  useEffect(() => {
    if (key === "" || !samples || !refs) return;
    let dropped = false;
    void look({ at: stage.at, samples, mode: "training", tensors: refs }).then((result) => {
      if (dropped) return;
      setAnswer({ key, value: result.ok ? result.value : null, issues: result.ok ? [] : result.issues });
    });
    return () => {
      dropped = true;
    };
  }, [key]);
  const current = answer?.key === key ? answer : null;
  return { value: current?.value ?? null, issues: current?.issues ?? [], busy: wanted && current === null };
}

const numbers = new WeakMap<object, number>();
let count = 0;

/** A number that stands for an object, so that it can be part of a key. */
function useNumber(of: object): number {
  return useMemo(() => {
    const known = numbers.get(of) ?? ++count;
    numbers.set(of, known);
    return known;
  }, [of]);
}

/** The frozen batch, and the samples of it that go through. */
export interface Frozen {
  readonly batch: LookedTensors["samples"];
  readonly samples: Samples | null;
  /** Which of the samples that go through is shown. */
  readonly shown: number;
  readonly issues: readonly Issue[];
}

const next: Samples = { kind: "next" };

/** Finds out which samples the next step gets; without a data set there is nothing to choose from. */
export function useFrozen(stage: Stage, chain: Chain, session: Session): Frozen {
  const { links } = chain;
  const refs = useMemo((): TensorRefInput[] => {
    const start = links[0];
    return start ? [{ of: "output", node: start.id, port: start.port, what: "value" }] : [];
  }, [links]);
  const { value, issues } = useTensorsAt(stage, next, refs);
  const batch = value?.samples ?? null;
  const index = batch?.indices[session.sample];
  return useMemo(() => {
    if (!value) return { batch, samples: null, shown: 0, issues };
    if (!session.alone || batch === null || index === undefined)
      return { batch, samples: next, shown: session.sample, issues };
    return { batch, samples: { kind: "indices", split: batch.split, indices: [index] }, shown: 0, issues };
  }, [value, batch, index, issues, session.alone, session.sample]);
}

/** Elements that are asked for in one go when only norms are wanted. */
const chunk = 2_000_000;

/** Norm of the gradient at every link of a chain, by node; what is not known yet is left out. */
export function useChainNorms(stage: Stage, chain: Chain, samples: Samples | null): ReadonlyMap<string, number> {
  const [norms, setNorms] = useState<{ readonly key: string; readonly of: ReadonlyMap<string, number> }>(unknown);
  const ready = useTraining((s) => s.connection === "ready");
  const moment = useNumber(stage.at);
  const wanted = ready && !stage.moving && samples !== null && chain.end !== null;
  const ids = chain.links.map((l) => `${l.id}.${l.port}`).join();
  const key = wanted ? `${moment} ${stage.step} ${JSON.stringify(samples)} ${chain.end?.id} ${ids}` : "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that counts
  useEffect(() => {
    if (key === "" || !samples) return;
    let dropped = false;
    void (async () => {
      const found = new Map<string, number>();
      for (const part of chunksOf(stage.graph, chain, batchOf(samples, stage.document))) {
        const result = await look({ at: stage.at, samples, mode: "training", tensors: part.map((p) => p.ref) });
        if (dropped || !result.ok) return;
        part.forEach((p, i) => {
          found.set(p.id, normOf(result.value.tensors[i] as Tensor));
        });
        setNorms({ key, of: new Map(found) });
      }
    })();
    return () => {
      dropped = true;
    };
  }, [key]);
  return norms.key === key ? norms.of : unknown.of;
}

const unknown = { key: "", of: new Map<string, number>() };

const batchOf = (samples: Samples, document: GraphDocument): number =>
  samples.kind === "indices" ? samples.indices.length : document.training.batch;

interface Asked {
  readonly id: string;
  readonly ref: TensorRefInput;
}

/** The gradients along a chain, in lots that are not too large. */
function chunksOf(graph: CheckedGraph, { links, end }: Chain, batch: number): Asked[][] {
  const parts: Asked[][] = [[]];
  let size = 0;
  for (const { id, port } of links) {
    const checked = graph.nodes.get(id);
    const at = checked?.outputPorts.findIndex((p) => p.name === port) ?? -1;
    const shape = checked?.outputTypes?.[at]?.shape ?? [];
    const elements = elementCount(shape.map((d) => (typeof d === "number" ? d : batch)));
    if (size > 0 && size + elements > chunk) {
      parts.push([]);
      size = 0;
    }
    size += elements;
    parts
      .at(-1)
      ?.push({ id, ref: { of: "output", node: id, port, what: "gradient", objective: end?.objective ?? null } });
  }
  return parts.filter((p) => p.length > 0);
}

export function normOf(t: Tensor): number {
  let sum = 0;
  for (let i = 0; i < t.data.length; i++) sum += Number(t.data[i]) ** 2;
  return Math.sqrt(sum);
}
