import { templateTexts } from "../../src/i18n/texts.ts";
import { useLocale } from "../app/text.ts";
import { templates } from "../bridge/templates.ts";
import { workspace } from "../stores/workspace.ts";

/** Shown while no document is: new, open, recent, templates. */
export function StartPage() {
  const texts = templateTexts[useLocale()];
  return (
    <ul>
      {templates.map((t) => (
        <li key={t.name}>
          <button
            type="button"
            onClick={() => workspace.getState().open({ ...t.document, name: texts[t.name].title }, null)}
          >
            {texts[t.name].title}
          </button>
        </li>
      ))}
    </ul>
  );
}
