import { runFolder } from "../tests/references/run.ts";
import { overFolder } from "./over-folder.ts";

/** `npm run references -- <folder>`: replays training traces of PyTorch (docs/references.md). */
void overFolder("npm run references -- <folder with traces>", runFolder);
