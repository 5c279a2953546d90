/** What a tool found in a folder; null where there is no such folder. */
type Totals = { readonly failed: number } | null;

/**
 * A tool that is given one folder of reference files. It prints a line for each of them and ends with 0 when nothing
 * failed, with 1 when something did, and with 2 when it was called wrongly.
 */
export async function overFolder(
  usage: string,
  check: (folder: string, print: (line: string) => void) => Promise<Totals>,
): Promise<void> {
  const [folder, ...rest] = process.argv.slice(2);
  process.exitCode = 2;
  if (folder === undefined || rest.length > 0) return console.error(`usage: ${usage}`);
  const totals = await check(folder, (line) => console.log(line));
  if (!totals) return console.error(`no folder ${folder}`);
  process.exitCode = totals.failed > 0 ? 1 : 0;
}
