const wide = /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
const narrow = /[iljtfr.,:;|'!()[\] ·]/;
const broad = /[mwMWQ@%→]/;
const capital = /[A-Z0-9×]/;

/**
 * Width of a line in canvas units without asking the browser: a little more than fonts of the interface need. Nodes
 * have their sizes before they are drawn, so that a thousand of them are laid out without measuring one.
 */
export function textWidth(text: string, size: number, mono = false): number {
  let units = 0;
  for (const c of text) units += wide.test(c) ? 1 : mono ? 0.61 : charWidth(c);
  return units * size;
}

const charWidth = (c: string): number => (narrow.test(c) ? 0.34 : broad.test(c) ? 0.92 : capital.test(c) ? 0.64 : 0.56);
