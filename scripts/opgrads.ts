import { reportFolder } from "../tests/opgrads/report.ts";

/**
 * `npm run opgrads -- <folder>`: checks gradients of operators against reference files.
 * Exit code 0 when nothing failed, 1 when something did, 2 when it was called wrongly.
 */
async function main(args: readonly string[]): Promise<number> {
  const [folder, ...rest] = args;
  if (folder === undefined || rest.length > 0) {
    console.error("usage: npm run opgrads -- <folder with operator-gradient files>");
    return 2;
  }
  const totals = await reportFolder(folder, (line) => console.log(line));
  if (!totals) {
    console.error(`no folder ${folder}`);
    return 2;
  }
  return totals.failed > 0 ? 1 : 0;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
