#!/usr/bin/env node
// The command `gradloom` inside a clone: installs and builds what is missing, then is the program.
import module from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt, ensureInstalled, ensureWindow, root } from "./ensure.mjs";

// Newer versions of Node keep compiled code between starts.
module.enableCompileCache?.();
ensureInstalled();
await ensureBuilt();
if (process.argv.slice(2).find((a) => !a.startsWith("-")) === "serve") await ensureWindow();
await import(pathToFileURL(path.join(root, "dist", "cli.cjs")).href);
