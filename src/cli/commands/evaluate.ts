import path from "node:path";
import { providerChoices } from "../../protocol/index.ts";
import { defineCommand } from "../command.ts";
import { table } from "../output.ts";
import { scoreLine, scoreText } from "../scores.ts";
import { withEngine } from "../with-engine.ts";

/** `gradloom evaluate <run folder>` */
export const command = defineCommand({
  name: "evaluate",
  arguments: [{ name: "run", text: "run" }],
  options: {
    split: { kind: "choice", choices: ["train", "validation", "test"], text: "split" },
    checkpoint: { kind: "choice", choices: ["last", "best"], default: "last", text: "checkpoint" },
    provider: { kind: "choice", choices: providerChoices, text: "provider" },
    threads: { kind: "integer", value: "n", least: 1, text: "threads" },
  },
  run: (out, [folder], { split, checkpoint, provider, threads }) =>
    withEngine(out, async (engine) => {
      const place = { folder: path.resolve(folder), split, checkpoint };
      const result = await engine.evaluate({ ...place, threads, provider: provider ?? "auto" });
      if (!result.ok) {
        out.issues(result.issues);
        return 1;
      }
      const { split: of, samples, ...score } = result.value;
      out.event({ event: "evaluation", split: of, samples, ...scoreLine(score) });
      out.line(out.text.train.result(out.text.splits[of], scoreText(score, out)));
      if (score.confusion) out.line(`${out.text.metrics["confusion-matrix"]}:\n${confusionTable(score.confusion)}`);
      return 0;
    }),
});

/** Rows are true classes, columns predicted ones. */
const confusionTable = (counts: readonly (readonly number[])[]): string =>
  table(
    ["", ...counts.map((_, i) => String(i))],
    counts.map((row, i) => [String(i), ...row.map(String)]),
  );
