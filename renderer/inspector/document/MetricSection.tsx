import { Plus, X } from "lucide-react";
import { metricSchema, type Objective } from "../../../src/graph/objective.ts";
import { useText } from "../../app/text.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { describe, type VariantField } from "../fields/describe.ts";
import { Form } from "../fields/Form.tsx";
import { VariantFields } from "../fields/SchemaForm.tsx";
import styles from "../node/Node.module.css";
import { Section } from "../Section.tsx";
import { asJson, asRecord, setObjective } from "./edit.ts";

const metricField = describe(metricSchema) as VariantField;

/** What is measured beside the loss. */
export function MetricSection({ objective }: { objective: Objective }) {
  const text = useText().inspector;
  const set = (metrics: readonly object[], gesture?: string): void =>
    setObjective(objective.id, asJson({ ...objective, metrics }), "setObjective", gesture && `metric ${gesture}`);
  const { metrics } = objective;
  return (
    <Section
      title={text.sections.metrics}
      aside={
        canAdd(objective) && (
          <IconButton
            label={text.document.addMetric}
            icon={Plus}
            onClick={() => set([...metrics, newMetric(objective)])}
          />
        )
      }
    >
      {metrics.length === 0 && <p className={styles.told}>{text.none}</p>}
      {metrics.map((m, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a metric is known by its place
        <div key={i} className={styles.item}>
          <Form>
            <VariantFields
              area="metric"
              field={metricField}
              values={asRecord(m.metric)}
              onChange={(metric, gesture) =>
                set(
                  metrics.map((other, k) => (k === i ? { ...m, metric } : other)),
                  gesture && `${i} ${gesture}`,
                )
              }
            />
            <Button size="sm" kind="quiet" icon={X} onClick={() => set(metrics.filter((_, k) => k !== i))}>
              {text.document.removeMetric}
            </Button>
          </Form>
        </div>
      ))}
    </Section>
  );
}

/** A metric compares what the first loss compares, so that one needs a target. */
const canAdd = ({ terms }: Objective): boolean => terms[0]?.target != null;

/** The first metric that is not measured yet. */
function newMetric({ terms, metrics }: Objective): object {
  const used = new Set<string>(metrics.map((m) => m.metric.kind));
  const classes = ["cross-entropy", "nll", "bce-with-logits", "hinge", "perceptron"].includes(
    terms[0]?.loss.kind ?? "",
  );
  const wanted = classes ? ["accuracy", "f1", "confusion-matrix", "precision", "recall", "top-k"] : ["mae", "r2"];
  const kind = wanted.find((k) => !used.has(k)) ?? (wanted[0] as string);
  return { metric: { kind }, prediction: terms[0]?.prediction, target: terms[0]?.target };
}
