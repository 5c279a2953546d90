"use strict";
const { rmSync } = require("node:fs");
const path = require("node:path");

/**
 * Packages of the desktop app; `npm run package` calls it. GRADLOOM_ELECTRON names the folder and the version of an
 * Electron to pack, `25.1.1=/folder`: without it the one of package.json, which electron-builder fetches.
 */
const [electronVersion, electronDist] = (process.env.GRADLOOM_ELECTRON ?? "").split("=");
/** Packages that are driven by tests keep the door that Playwright comes in by; those for people do not. */
const driven = process.env.GRADLOOM_PACKAGE_DRIVEN === "1";

/** electron-builder puts the system and the processor in here. */
const [platform, arch] = ["platform", "arch"].map((name) => `$\{${name}}`);

/** Of onnxruntime-node only what this very system loads: its package has the libraries of all. */
const files = [
  "package.json",
  "dist/electron/**",
  "dist/renderer/**",
  "datasets/**",
  "!**/*.map",
  "!node_modules/{adm-zip,global-agent}{,/**}",
  "!node_modules/onnxruntime-node/{lib,script}{,/**}",
  `!node_modules/onnxruntime-node/bin/napi-v*/!(${platform}){,/**}`,
  `!node_modules/onnxruntime-node/bin/napi-v*/${platform}/!(${arch}){,/**}`,
];

module.exports = {
  appId: "io.github.gradloom",
  productName: "Gradloom",
  copyright: "MIT licence",
  directories: { output: process.env.GRADLOOM_PACKAGE_OUTPUT ?? "dist/package", buildResources: "build" },
  ...(electronDist ? { electronVersion, electronDist } : {}),
  npmRebuild: false,
  publish: null,
  files,
  asar: true,
  extraResources: [
    { from: "LICENSE", to: "LICENSE" },
    { from: "dist/THIRD-PARTY-NOTICES.txt", to: "THIRD-PARTY-NOTICES.txt" },
  ],
  electronLanguages: ["en", "en-US", "en-GB", "zh-CN", "zh_CN"],
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: driven,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    enableCookieEncryption: false,
    loadBrowserProcessSpecificV8Snapshot: false,
    // Electron has this one since 29.
    ...(electronDist ? {} : { grantFileProtocolExtraPrivileges: false }),
  },
  afterPack({ appOutDir, electronPlatformName }) {
    // A runtime that was given as a folder brings what starts other apps.
    const resources = electronPlatformName === "darwin" ? "Gradloom.app/Contents/Resources" : "resources";
    rmSync(path.join(appOutDir, resources, "default_app.asar"), { force: true });
    rmSync(path.join(appOutDir, ".complete"), { force: true });
  },
  fileAssociations: [
    {
      ext: "gradloom",
      name: "Gradloom network",
      description: "Gradloom network",
      mimeType: "application/x-gradloom",
      role: "Editor",
      icon: "icon",
    },
  ],
  win: {
    icon: "build/icon.ico",
    target: [
      { target: "nsis", arch: ["x64", "arm64"] },
      { target: "portable", arch: ["x64"] },
    ],
  },
  // For one user, without an administrator; /S installs silently.
  nsis: {
    oneClick: false,
    perMachine: false,
    allowElevation: false,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
    installerLanguages: ["en_US", "zh_CN"],
    multiLanguageInstaller: true,
  },
  mac: {
    icon: "build/icon.icns",
    category: "public.app-category.education",
    hardenedRuntime: true,
    entitlements: "build/entitlements.mac.plist",
    entitlementsInherit: "build/entitlements.mac.plist",
    // onnxruntime has no build for Intel.
    target: [{ target: "dmg", arch: ["arm64"] }],
  },
  linux: {
    icon: "build/icons",
    executableName: "gradloom",
    syncDesktopName: true,
    category: "Education",
    synopsis: "Draw neural networks and watch them train",
    maintainer: "Gradloom <gradloom@users.noreply.github.com>",
    target: ["AppImage", "deb", "tar.gz"],
    desktop: {
      entry: {
        Name: "Gradloom",
        "Name[zh_CN]": "Gradloom",
        GenericName: "Neural network editor",
        "GenericName[zh_CN]": "神经网络编辑器",
        "Comment[zh_CN]": "绘制神经网络，观察训练过程",
        Keywords: "neural network;machine learning;onnx;gradient;",
        StartupWMClass: "gradloom",
      },
    },
  },
  deb: {
    depends: ["libgtk-3-0", "libnotify4", "libnss3", "libxss1", "libxtst6", "xdg-utils", "libatspi2.0-0", "libuuid1"],
    recommends: ["fonts-noto-cjk"],
    packageCategory: "education",
    compression: "xz",
  },
};
