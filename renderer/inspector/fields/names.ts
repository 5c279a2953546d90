import type { UiText } from "../../../src/i18n/ui.ts";

type Text = UiText["inspector"];

export interface SettingText {
  readonly label: string;
  readonly help?: string;
}

/** Words of a setting: those of its area, else those of the key wherever it stands; null where there are none. */
export function settingText(text: Text, area: string, key: string): SettingText | null {
  const all = text.settings as { readonly [key: string]: SettingText };
  return all[`${area}.${key}`] ?? all[key] ?? null;
}

/** Name of a value of a choice: that of its key before that of its area; null where there is none. */
export function optionText(text: Text, area: string, key: string, value: string): string | null {
  const all = text.options as { readonly [key: string]: string };
  return all[`${key}.${value}`] ?? all[`${area}.${value}`] ?? all[value] ?? null;
}

/** What an entry of a number should have been. */
export function rangeText(
  { range }: Text,
  facts: { integer: boolean; min?: number; max?: number; above?: boolean; below?: boolean },
): string {
  const { integer, min, max, above = false, below = false } = facts;
  const kind = integer ? range.integer : range.number;
  const shown = (n: number): string => n.toLocaleString("en-US", { maximumFractionDigits: 12 });
  if (min !== undefined && max !== undefined && !above && !below)
    return `${range.between(shown(min), shown(max))} ${kind}`;
  const low = min === undefined ? "" : above ? range.above(shown(min)) : range.from(shown(min));
  const high = max === undefined ? "" : below ? range.below(shown(max)) : range.to(shown(max));
  return [low, high, kind].filter(Boolean).join(" ");
}
