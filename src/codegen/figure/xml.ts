/** Text that may stand in an element or an attribute; characters that no XML file may hold are left out. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");

type Attributes = { readonly [name: string]: string | number | null };

/** An element; attributes that are null are left out, numbers have at most two decimals. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const list = Object.entries(attributes).flatMap(([key, value]) => {
    if (value === null) return [];
    return [` ${key}="${typeof value === "number" ? decimal(value) : escapeXml(value)}"`];
  });
  const open = `<${name}${list.join("")}`;
  return content.length === 0 ? `${open}/>` : `${open}>${content.join("")}</${name}>`;
}

export const decimal = (value: number): string => String(Math.round(value * 100) / 100);
