import { openData } from "../../engine/prepare.ts";
import { examine } from "../checked.ts";
import { defineCommand } from "../command.ts";
import { gradcheck } from "../gradcheck.ts";
import { table } from "../output.ts";
import { progressBar } from "../progress.ts";

/** Smooth networks stay below 1e-3; corners of ReLU and max-pooling cost more. A wrong rule is off by far more. */
const limit = 2e-2;

/** `gradloom gradcheck <document>` */
export const command = defineCommand({
  name: "gradcheck",
  arguments: [{ name: "document", text: "document" }],
  options: {
    samples: { kind: "integer", value: "n", least: 1, default: 8, text: "samples" },
    directions: { kind: "integer", value: "n", least: 0, default: 2, text: "directions" },
  },
  async run(out, [named], { samples, directions }) {
    const examined = await examine(named);
    out.issues(examined.ok ? examined.value.issues : examined.issues);
    if (!examined.ok || examined.value.issues.some((i) => i.severity === "error")) return 1;
    const data = await openData(examined.value.document, examined.value.baseFolder);
    if (!data.ok) {
      out.issues(data.issues);
      return 1;
    }
    const { dataset, network } = data.value;
    const bar = progressBar(out);
    const options = {
      samples: Math.min(samples, dataset.splits.train.count),
      directions,
      progress: (done: number, all: number) => bar.update(done / all, out.text.gradcheck.working),
    };
    const reports = await gradcheck(network, dataset, options);
    bar.stop();
    await dataset.close();
    if (!reports.ok) {
      out.issues(reports.issues);
      return 1;
    }
    for (const r of reports.value) out.event({ event: "gradient", ...r, ok: r.error <= limit });
    const worst = Math.max(0, ...reports.value.map((r) => r.error));
    const good = worst <= limit;
    out.event({ event: "gradcheck", ok: good, worst, limit, parameters: reports.value.length });
    const { parameter, norm, error, verdict } = out.text.words;
    const rows = reports.value.map((r) => {
      const word = r.error <= limit ? out.text.gradcheck.good : out.text.gradcheck.bad;
      return [`${r.node}.${r.parameter}`, r.norm.toExponential(3), r.error.toExponential(2), word];
    });
    out.line(table([parameter, norm, error, verdict], rows));
    out.line(out.text.gradcheck.summary(worst.toExponential(2), reports.value.length, limit.toExponential(0)));
    return good ? 0 : 1;
  },
});
