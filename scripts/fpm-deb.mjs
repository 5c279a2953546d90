#!/usr/bin/env node
// The part of fpm that electron-builder's target "deb" uses, over Debian's own dpkg-deb: fpm itself would be fetched from
// GitHub. electron-builder calls it where CUSTOM_FPM_PATH names it.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const shortNames = {
  s: "input-type",
  t: "output-type",
  a: "architecture",
  n: "name",
  v: "version",
  p: "package",
  d: "depends",
};
const several = new Set(["depends", "deb-recommends", "deb-suggests"]);
const switches = new Set(["force", "verbose"]);
const scripts = {
  "after-install": "postinst",
  "after-remove": "postrm",
  "before-install": "preinst",
  "before-remove": "prerm",
};

const { options, maps } = parse(process.argv.slice(2));
if (options["output-type"] !== "deb" || options["input-type"] !== "dir") fail("only -s dir -t deb is supported");
for (const key of ["name", "version", "architecture", "package", "maintainer"]) if (!options[key]) fail(`no --${key}`);

const folder = mkdtempSync(path.join(tmpdir(), "gradloom-deb-"));
try {
  pack();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function parse(args) {
  const options = {};
  const maps = [];
  for (let i = 0; i < args.length; i++) {
    const [, dashes, name, given] = /^(--?)([^=]+)(?:=(.*))?$/s.exec(args[i]) ?? [];
    if (dashes === undefined) {
      maps.push(args[i]);
      continue;
    }
    const key = dashes === "-" ? (shortNames[name] ?? name) : name;
    if (switches.has(key)) continue;
    const value = given ?? args[++i];
    options[key] = several.has(key) ? [...(options[key] ?? []), value] : value;
  }
  return { options, maps };
}

function pack() {
  chmodSync(folder, 0o755);
  for (const map of maps) place(map);
  execFileSync("chmod", ["-R", "u+rwX,go+rX,go-w", folder]);
  const kilobytes = execFileSync("du", ["-sk", folder]).toString().split("\t")[0];
  const debian = path.join(folder, "DEBIAN");
  mkdirSync(debian);
  writeFileSync(path.join(debian, "control"), control(kilobytes));
  for (const [option, name] of Object.entries(scripts)) {
    if (!options[option]) continue;
    copyFileSync(options[option], path.join(debian, name));
    chmodSync(path.join(debian, name), 0o755);
  }
  const compression = { gz: "gzip", bzip2: "xz" }[options["deb-compression"]] ?? options["deb-compression"] ?? "xz";
  const level = process.env.GRADLOOM_DEB_LEVEL ? [`-z${process.env.GRADLOOM_DEB_LEVEL}`] : [];
  execFileSync("dpkg-deb", ["--root-owner-group", `-Z${compression}`, ...level, "--build", folder, options.package], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** `from=to`: a folder with all that is in it where `from` ends with a slash, else one file. */
function place(map) {
  const at = map.lastIndexOf("=");
  if (at < 1) fail(`expected from=to, got ${map}`);
  const from = map.slice(0, at);
  const to = path.join(folder, map.slice(at + 1));
  if (from.endsWith("/")) {
    mkdirSync(to, { recursive: true });
    execFileSync("cp", ["-a", "--no-preserve=ownership", `${from}.`, to]);
    return;
  }
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o644);
}

function control(kilobytes) {
  const [synopsis = "", ...more] = (options.description ?? options.name).trim().split("\n");
  const fields = {
    Package: options.name,
    Version: options.version,
    License: options.license,
    Vendor: options.vendor,
    Architecture: options.architecture,
    Maintainer: options.maintainer,
    "Installed-Size": kilobytes,
    Depends: options.depends?.join(", "),
    Recommends: options["deb-recommends"]?.join(", "),
    Suggests: options["deb-suggests"]?.join(", "),
    Section: options.category ?? "default",
    Priority: options["deb-priority"] ?? "optional",
    Homepage: options.url,
    Description: [synopsis, ...more.map((l) => (l.trim() === "" ? " ." : ` ${l.trim()}`))].join("\n"),
  };
  const lines = Object.entries(fields).filter(([, value]) => value);
  return `${lines.map(([name, value]) => `${name}: ${value}`).join("\n")}\n`;
}

function fail(text) {
  process.stderr.write(`fpm-deb: ${text}\n`);
  process.exit(1);
}
