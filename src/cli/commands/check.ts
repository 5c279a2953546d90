import { isError } from "../../core/issue.ts";
import { examine, parameterCount } from "../checked.ts";
import { defineCommand } from "../command.ts";

/** `gradloom check <document>` */
export const command = defineCommand({
  name: "check",
  arguments: [{ name: "document", text: "document" }],
  options: {},
  async run(out, [named]) {
    const examined = await examine(named);
    if (!examined.ok) {
      out.issues(examined.issues);
      out.event({ event: "checked", ok: false, errors: examined.issues.length, warnings: 0 });
      return 1;
    }
    const { issues, document } = examined.value;
    out.issues(issues);
    const errors = issues.filter(isError).length;
    const [nodes, parameters] = [document.nodes.length, parameterCount(examined.value)];
    const warnings = issues.length - errors;
    out.event({ event: "checked", ok: errors === 0, errors, warnings, nodes, parameters });
    out.line(issues.length === 0 ? out.text.good(nodes, parameters) : out.text.problems(errors, warnings));
    return errors === 0 ? 0 : 1;
  },
});
