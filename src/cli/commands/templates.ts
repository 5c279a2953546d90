import { templateNames } from "../../i18n/template-text.ts";
import { templateTexts } from "../../i18n/texts.ts";
import { defineCommand } from "../command.ts";
import { table } from "../output.ts";

/** `gradloom templates` */
export const command = defineCommand({
  name: "templates",
  arguments: [],
  options: {},
  async run(out) {
    const texts = templateTexts[out.locale];
    for (const name of templateNames) out.event({ event: "template", name, ...texts[name] });
    const { name, title, summary } = out.text.words;
    const rows = templateNames.map((n) => [n, texts[n].title, texts[n].summary]);
    out.line(table([name, title, summary], rows));
    return 0;
  },
});
