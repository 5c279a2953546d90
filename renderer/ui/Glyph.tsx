import { type CategoryColor, categoryColors, type GlyphName, glyphOf, glyphs } from "../../src/codegen/glyphs.ts";
import { layerRegistry } from "../../src/layers/registry.ts";

/** The colour of a layer's category as CSS: for spine, glyph and palette only. Blocks are grey. */
export function categoryVar(layer: string): string {
  const category = layerRegistry.get(layer)?.category;
  return colorVar(category ? categoryColors[category] : "control");
}

export const colorVar = (color: CategoryColor): string => `var(--cat-${color})`;

/** A drawing of 20 by 20 units in the colour of the text around it. */
export function Glyph({
  name,
  size = "1rem",
  className,
}: {
  name: GlyphName;
  size?: string;
  className?: string | undefined;
}) {
  return (
    <svg
      className={className}
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flex: "none" }}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: constant drawings of our own, shared with the SVG writer
      dangerouslySetInnerHTML={{ __html: glyphs[name] }}
    />
  );
}

/** The glyph of a layer in the colour of its category. */
export function LayerGlyph({ layer, size, plain = false }: { layer: string; size?: string; plain?: boolean }) {
  const name = glyphOf(layer, layerRegistry.get(layer)?.category ?? null);
  return (
    <span style={{ display: "inline-flex", ...(plain ? {} : { color: categoryVar(layer) }) }}>
      <Glyph name={name} {...(size ? { size } : {})} />
    </span>
  );
}
