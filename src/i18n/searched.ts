import { categoryTexts, layerTexts, templateTexts } from "./texts.ts";
import { uiText } from "./ui.ts";

const chinese = /\p{Script=Han}/u;

/** Every Chinese text that a search box looks through: names of layers, categories and templates, titles of commands. */
export function searchedChinese(): readonly string[] {
  const layers = Object.values(layerTexts.zh).flatMap((l) => [l.name, ...l.aliases]);
  const templates = Object.values(templateTexts.zh).map((t) => t.title);
  const { groups, submenus } = uiText.zh.shell;
  const texts = [
    ...layers,
    ...Object.values(categoryTexts.zh),
    ...templates,
    ...Object.values(uiText.zh.commands),
    ...Object.values(groups),
    ...Object.values(submenus),
  ];
  return [...new Set(texts.filter((t) => chinese.test(t)))].sort((a, b) => (a < b ? -1 : 1));
}
