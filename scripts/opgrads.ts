import { reportFolder } from "../tests/opgrads/report.ts";
import { overFolder } from "./over-folder.ts";

/** `npm run opgrads -- <folder>`: checks gradients of operators against reference files. */
void overFolder("npm run opgrads -- <folder with operator-gradient files>", reportFolder);
