import { parameterCount, totalCost } from "../../src/compile/cost.ts";
import type { GraphDocument } from "../../src/graph/document.ts";
import { messageOf } from "../../src/i18n/issue.ts";
import { layerTexts } from "../../src/i18n/texts.ts";
import type { LayerId } from "../../src/layers/registry.gen.ts";
import type { Score } from "../../src/protocol/index.ts";
import { useLocale, useText } from "../app/text.ts";
import { shapeOf } from "../canvas/shapes.ts";
import { optionText } from "../inspector/fields/names.ts";
import { countText } from "../inspector/numbers.ts";
import type { Tab } from "../stores/workspace.ts";
import { chosenText, clockText, metricText, numberText } from "../training/dock/readings.ts";
import { metricName } from "../training/dock/words.ts";
import type { Run } from "../training/run.ts";
import styles from "./Report.module.css";

export interface ReportProps {
  readonly tab: Tab;
  /** The training that is reported on; null reports on the network alone. */
  readonly run: Run | null;
  /** The graph as SVG, and the curves by name. */
  readonly figure: string;
  readonly curves: readonly { readonly name: string; readonly svg: string }[];
  readonly date: Date;
}

/** Network and training on paper: the graph, its layers, how it was trained, what came of it, and the curves. */
export function Report({ tab, run, figure, curves, date }: ReportProps) {
  const text = useText().report;
  const locale = useLocale();
  const { document } = tab.edited;
  const cost = totalCost(tab.checked);
  return (
    <article className={styles.report} lang={locale === "zh" ? "zh-Hans" : "en"}>
      <h1>{document.name}</h1>
      <p className={styles.about}>
        {text.about(
          date.toLocaleString(locale === "zh" ? "zh-CN" : "en-GB", { dateStyle: "long", timeStyle: "short" }),
        )}
      </p>
      <Picture svg={figure} name={document.name} />
      {run && <Results run={run} />}
      <div className={styles.curves}>
        {curves.map((c) => (
          <Picture key={c.name} svg={c.svg} name={c.name} />
        ))}
      </div>
      {run && <Settings run={run} />}
      <h2>{text.layers}</h2>
      <p>{text.size(countText(cost.parameters), countText(cost.multiplyAdds))}</p>
      <Layers tab={tab} />
    </article>
  );
}

function Picture({ svg, name }: { svg: string; name: string }) {
  return (
    <img className={styles.picture} alt={name} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} />
  );
}

function Layers({ tab }: { tab: Tab }) {
  const { report: text } = useText();
  const names = layerTexts[useLocale()];
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{text.name}</th>
          <th scope="col">{text.layer}</th>
          <th scope="col">{text.output}</th>
          <th scope="col">{text.parameters}</th>
        </tr>
      </thead>
      <tbody>
        {[...tab.checked.graph.nodes.values()].map((n) => (
          <tr key={n.node.id}>
            <td>{n.node.id}</td>
            <td>{names[n.node.layer as LayerId]?.name ?? n.node.layer}</td>
            <td className={styles.mono}>{n.outputTypes?.map(shapeOf).join(", ") ?? "–"}</td>
            <td className={styles.number}>{countText(parameterCount(n))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Loss and metrics of every part of the data that was measured last. */
function Results({ run }: { run: Run }) {
  const { report: text, dock } = useText();
  const locale = useLocale();
  const last = run.epochs.at(-1);
  const test = run.done?.test;
  const rows: readonly (readonly [string, Score | null | undefined])[] = [
    [text.parts.train, last?.train],
    [text.parts.validation, last?.validation],
    [text.parts.test, test?.split === "test" ? test : null],
  ];
  const scores = rows.flatMap(([name, score]) => (score ? [{ name, score }] : []));
  const metrics = [...new Set(scores.flatMap(({ score }) => Object.keys(score.metrics)))];
  return (
    <>
      <h2>{text.results}</h2>
      <p>{text.trained(countText(run.step), countText(run.epoch), dock.phases[run.phase])}</p>
      {scores.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{text.data}</th>
              <th scope="col">{dock.loss}</th>
              {metrics.map((m) => (
                <th key={m} scope="col">
                  {metricName(m, dock)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {scores.map(({ name, score }) => (
              <tr key={name}>
                <td>{name}</td>
                <td className={styles.number}>{numberText(score.loss)}</td>
                {metrics.map((m) => (
                  <td key={m} className={styles.number}>
                    {score.metrics[m] == null ? "–" : metricText(m, score.metrics[m])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {run.issues.length > 0 && (
        <ul>
          {[...new Set(run.issues.map((i) => messageOf(i, locale)))].map((m) => (
            <li key={m}>{m}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** How the training was done, so that it can be done again. */
function Settings({ run }: { run: Run }) {
  const { report: text, inspector, canvas } = useText();
  const { document, plan } = run;
  const facts: readonly (readonly [string, string])[] = [
    [text.dataSet, sourceText(document)],
    ...document.objectives.flatMap((o): [string, string][] => [
      [text.loss, o.terms.map((t) => canvas.losses[t.loss.kind]).join(" + ")],
      [
        text.optimizer,
        `${optionText(inspector, "optimizer", "kind", o.optimizer.kind) ?? o.optimizer.kind} (${text.rate} ${chosenText(o.optimizer.learningRate)})`,
      ],
    ]),
    [text.batch, countText(document.training.batch)],
    [text.epochs, countText(document.training.epochs)],
    [text.seed, String(plan?.seed ?? document.seed)],
    ...(plan
      ? ([
          [
            text.samples,
            text.split(countText(plan.samples.train), countText(plan.samples.validation), countText(plan.samples.test)),
          ],
          [text.provider, text.threads(plan.provider.used.toUpperCase(), plan.threads)],
        ] as const)
      : []),
    ...(run.done ? ([[text.time, clockText(run.done.seconds)]] as const) : []),
  ];
  return (
    <>
      <h2>{text.settings}</h2>
      <table>
        <tbody>
          {facts.map(([name, value]) => (
            <tr key={`${name} ${value}`}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Where the data come from, in the words of the document. */
function sourceText({ data }: GraphDocument): string {
  if (!data) return "–";
  const { source } = data;
  return "name" in source ? source.name : "path" in source ? String(source.path) : source.kind;
}
