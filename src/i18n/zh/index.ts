import type { IssueMessages } from "../messages.ts";
import { compile } from "./compile.ts";
import { data } from "./data.ts";
import { desktop } from "./desktop.ts";
import { diagnose } from "./diagnose.ts";
import { document } from "./document.ts";
import { engine } from "./engine.ts";
import { server } from "./server.ts";
import { shape } from "./shape.ts";

export const issues: IssueMessages = {
  ...document,
  ...shape,
  ...compile,
  ...data,
  ...engine,
  ...server,
  ...desktop,
  ...diagnose,
};
