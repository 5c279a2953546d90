import { describe, expect, it } from "vitest";
import { folderName, runFolderNamed } from "../../../src/engine/runs-folder.ts";
import { userDataFolder } from "../../../src/engine/user-folder.ts";

describe("folders of runs", () => {
  it.each([
    ["LeNet on MNIST", "lenet-on-mnist"],
    ["../../etc/passwd", "etc-passwd"],
    ["卷积 网络", "卷积-网络"],
    ["a:b*c?", "a-b-c"],
    ["...", "network"],
    ["", "network"],
    ["x".repeat(300), "x".repeat(60)],
  ])("of %j are called %j", (name, folder) => {
    expect(folderName(name)).toBe(folder);
  });

  it("lie in their parent, whatever a window calls them", () => {
    expect(runFolderNamed("/runs", "lenet-1")).toBe("/runs/lenet-1");
    for (const name of ["", ".", "..", "a/b", "../a", "a\\b", "C:", "a\0"]) {
      expect(runFolderNamed("/runs", name), name).toBeNull();
    }
  });

  it("stand where each system keeps a user's data", () => {
    expect(userDataFolder("linux", {}, "/h")).toBe("/h/.local/share/gradloom");
    expect(userDataFolder("linux", { XDG_DATA_HOME: "/data" }, "/h")).toBe("/data/gradloom");
    expect(userDataFolder("linux", { XDG_DATA_HOME: "data" }, "/h")).toBe("/h/.local/share/gradloom");
    expect(userDataFolder("darwin", {}, "/h")).toBe("/h/Library/Application Support/Gradloom");
    expect(userDataFolder("win32", { LOCALAPPDATA: "C:\\L" }, "C:\\h")).toBe("C:\\L\\Gradloom");
    expect(userDataFolder("win32", {}, "C:\\h")).toBe("C:\\h\\AppData\\Local\\Gradloom");
  });
});
