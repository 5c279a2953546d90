import { ChevronLeft, ChevronRight } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import type { CheckedNode } from "../../../src/graph/check.ts";
import { messageOf } from "../../../src/i18n/issue.ts";
import type { TensorRefInput } from "../../../src/protocol/index.ts";
import type { Tensor } from "../../../src/shape/dtype.ts";
import { useLocale, useText } from "../../app/text.ts";
import { mostValues, sizeOf } from "../../probes/type.ts";
import { runOf, useTraining } from "../../stores/training.ts";
import { checkedNode, expandedId, useTab } from "../../stores/workspace.ts";
import { Histogram } from "../../tensors/Histogram.tsx";
import { TensorView } from "../../tensors/TensorView.tsx";
import { numbersOf, sampleOf } from "../../tensors/values.ts";
import { viewOf } from "../../tensors/views.ts";
import { type Seen, useTensors } from "../../training/looking.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { countText } from "../numbers.ts";
import { Section } from "../Section.tsx";
import styles from "./TensorSections.module.css";

/** Parameters and output of a node as pictures and histograms: live, at the moment of the time machine, or as they begin. */
export function TensorSections({ id }: { id: string }) {
  const checked = useTab((t) => checkedNode(t, id));
  const connection = useTraining((s) => s.connection);
  if (!checked?.outputTypes || checked.node.state !== "active" || connection === "off") return null;
  return (
    <>
      {checked.parameters.length > 0 && <ParameterSection key={id} id={id} checked={checked} />}
      <OutputSection id={id} checked={checked} />
    </>
  );
}

/** Until there is something to be seen the sections stand folded: looking takes an engine. */
function useFolded(): boolean {
  const trained = useTab((t) => t.weights !== null);
  const tab = useTab((t) => t.id);
  return useTraining((s) => runOf(s, tab) === null) && !trained;
}

const next = { kind: "next" } as const;

function ParameterSection({ id, checked }: { id: string; checked: CheckedNode }) {
  const { inspector } = useText();
  const text = inspector.tensors;
  const folded = useFolded();
  const [name, setName] = useState(checked.parameters[0]?.name ?? "");
  const [channel, setChannel] = useState(0);
  const spec = checked.parameters.find((p) => p.name === name) ?? checked.parameters[0];
  if (!spec) return null;
  const channels = spec.shape.length >= 3 ? (spec.shape[1] ?? 1) : 1;
  const shown = Math.min(channel, channels - 1);
  const kind = viewOf({ dtype: "float32", dims: spec.shape }, "parameter");
  return (
    <>
      <Section
        title={kind === "filters" ? text.filters : text.parameters}
        fold="pictures"
        folded={folded}
        aside={
          <>
            {channels > 1 && <Pager at={shown} count={channels} onChange={setChannel} />}
            {checked.parameters.length > 1 && (
              <Select
                label={text.parameter}
                className={styles.choice}
                value={spec.name}
                options={checked.parameters.map((p) => ({ value: p.name, label: p.name }))}
                onChange={setName}
              />
            )}
          </>
        }
      >
        <Parameter id={id} checked={checked} name={spec.name}>
          {(value) => (
            <TensorView
              values={numbersOf(value)}
              dims={value.dims}
              dtype={value.dtype}
              what="parameter"
              label={`${id}.${spec.name}`}
              channel={shown}
              maxHeight={kind === "filters" ? 96 : 150}
            />
          )}
        </Parameter>
      </Section>
      <Section title={text.histogram} fold="histogram" folded={folded} aside={<Legend />}>
        <Parameter id={id} checked={checked} name={spec.name}>
          {(value, gradient) => (
            <div className={styles.pair}>
              <Histogram values={numbersOf(value)} label={`${id}.${spec.name}`} />
              {gradient && (
                <Histogram values={numbersOf(gradient)} label={text.gradientOf(`${id}.${spec.name}`)} series="second" />
              )}
            </div>
          )}
        </Parameter>
      </Section>
    </>
  );
}

function Legend() {
  const text = useText().inspector.tensors;
  return (
    <>
      <i className={styles.first} />
      <span>{text.w}</span>
      <i className={styles.second} />
      <span>{text.dw}</span>
    </>
  );
}

function Pager({ at, count, onChange }: { at: number; count: number; onChange: (at: number) => void }) {
  const text = useText().inspector.tensors;
  return (
    <>
      <span className={styles.pager}>{text.channel(at + 1, count)}</span>
      <IconButton label={text.earlier} icon={ChevronLeft} disabled={at === 0} onClick={() => onChange(at - 1)} />
      <IconButton label={text.later} icon={ChevronRight} disabled={at === count - 1} onClick={() => onChange(at + 1)} />
    </>
  );
}

/** One parameter with its gradient, drawn by `children` once it is known. */
function Parameter({
  checked,
  name,
  children,
}: {
  id: string;
  checked: CheckedNode;
  name: string;
  children: (value: Tensor, gradient: Tensor | null) => ReactNode;
}) {
  const text = useText().inspector.tensors;
  const tab = useTab((t) => t);
  const { share, id } = checked.node;
  // Shared parameters are those of their owner, which stands in the same graph.
  const owner = share === null ? id : `${id.slice(0, id.lastIndexOf("/") + 1)}${share.split("/").at(-1)}`;
  const count = checked.parameters.find((p) => p.name === name)?.shape.reduce((a, b) => a * b, 1) ?? 0;
  const refs = useMemo(
    (): readonly TensorRefInput[] => [
      { of: "parameter", node: owner, parameter: name, what: "value" },
      { of: "parameter", node: owner, parameter: name, what: "gradient" },
    ],
    [owner, name],
  );
  const seen = useTensors(tab, refs, { samples: next, active: count <= mostValues });
  if (count > mostValues) return <p className={styles.absent}>{text.tooLarge(countText(count))}</p>;
  const [value, gradient] = seen.tensors;
  return value ? children(value, gradient ?? null) : <Absent seen={seen} />;
}

function OutputSection({ id, checked }: { id: string; checked: CheckedNode }) {
  const text = useText().inspector.tensors;
  const folded = useFolded();
  return (
    <Section title={text.output} fold="output" folded={folded} aside={text.firstSample}>
      <Output id={id} checked={checked} />
    </Section>
  );
}

function Output({ id, checked }: { id: string; checked: CheckedNode }) {
  const text = useText().inspector.tensors;
  const tab = useTab((t) => t);
  const node = expandedId(tab, id);
  const port = checked.outputPorts[0]?.name ?? "out";
  const refs = useMemo(
    (): readonly TensorRefInput[] => [
      { of: "output", node, port, what: "value" },
      { of: "output", node, port, what: "gradient" },
    ],
    [node, port],
  );
  const count = sizeOf(tab, { node, of: "output", name: port }) ?? 0;
  const seen = useTensors(tab, refs, { samples: next, active: count <= mostValues });
  if (count > mostValues) return <p className={styles.absent}>{text.tooLarge(countText(count))}</p>;
  const [value, gradient] = seen.tensors;
  const input = checked.node.layer === "input";
  if (!value) return <Absent seen={seen} />;
  return (
    <>
      <OneSample tensor={value} what={input ? "data" : "activation"} label={id} maxHeight={120} />
      {gradient && (
        <>
          <h4 className={styles.heading}>{text.gradient}</h4>
          <OneSample tensor={gradient} what="gradient" label={text.gradientOf(id)} maxHeight={120} />
        </>
      )}
    </>
  );
}

function OneSample({
  tensor,
  ...rest
}: {
  tensor: Tensor;
  what: "data" | "activation" | "gradient";
  label: string;
  maxHeight: number;
}) {
  const values = useMemo(() => sampleOf(numbersOf(tensor), tensor.dims, 0), [tensor]);
  const dims = useMemo(() => tensor.dims.slice(1), [tensor]);
  return <TensorView {...rest} values={values} dims={dims} dtype={tensor.dtype} />;
}

function Absent({ seen }: { seen: Seen }) {
  const text = useText().probes;
  const locale = useLocale();
  const [issue] = seen.issues;
  const why = issue
    ? messageOf(issue, locale)
    : seen.unknown
      ? text.notKept
      : seen.busy || seen.step === null
        ? text.looking
        : text.notThere;
  return <p className={styles.absent}>{why}</p>;
}
