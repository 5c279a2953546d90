import { runFolder } from "../tests/references/run.ts";

/**
 * `npm run references -- <folder>`: replays training traces of PyTorch (docs/references.md).
 * Exit code 0 when nothing failed, 1 when something did, 2 when it was called wrongly.
 */
async function main(args: readonly string[]): Promise<number> {
  const [folder, ...rest] = args;
  if (folder === undefined || rest.length > 0) {
    console.error("usage: npm run references -- <folder with traces>");
    return 2;
  }
  const totals = await runFolder(folder, (line) => console.log(line));
  if (!totals) {
    console.error(`no folder ${folder}`);
    return 2;
  }
  return totals.failed > 0 ? 1 : 0;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
