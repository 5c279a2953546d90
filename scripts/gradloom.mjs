#!/usr/bin/env node
// The command `gradloom` inside a clone: installs and builds what is missing, then is the program.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt, ensureInstalled, root } from "./ensure.mjs";

ensureInstalled();
await ensureBuilt();
await import(pathToFileURL(path.join(root, "dist", "cli.cjs")).href);
