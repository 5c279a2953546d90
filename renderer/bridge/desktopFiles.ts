import type { Issue } from "../../src/core/issue.ts";
import type { Result } from "../../src/core/result.ts";
import type { DesktopApi, DesktopHandle, DesktopKind } from "../../src/protocol/desktop.ts";
import type { FileHandle, FileKind, HostFiles, OpenedFile, Saved } from "./host.ts";

const ours = (handle: FileHandle): DesktopHandle => handle as DesktopHandle;

/** Endings of all media types of a kind, without their dots. */
const kindOf = ({ description, accept }: FileKind): DesktopKind => ({
  description,
  extensions: [...new Set(Object.values(accept).flat())].map((e) => e.replace(/^\./, "")),
});

/**
 * Files by way of the desktop app: in the dialogs of the system, and with a way back to each. `tell` hears what went wrong
 * where files are only handed over.
 */
export const desktopFiles = (
  { files }: DesktopApi,
  documents: FileKind,
  tell: (issues: readonly Issue[]) => void,
): HostFiles => {
  const orNone = (result: Result<readonly OpenedFile[]>): readonly OpenedFile[] => {
    if (result.ok) return result.value;
    tell(result.issues);
    return [];
  };
  return {
    choose: async () => orNone(await files.choose(kindOf(documents))),
    // The app has the paths from the drop itself, not from the page.
    dropped: async () => orNone(await files.dropped()),
    async readAgain(handle) {
      const read = await files.read(ours(handle).id);
      return read.ok ? read.value : null;
    },
    async saveTo(handle, bytes, stamp) {
      const saved = await files.save(ours(handle).id, bytes, stamp);
      return saved.ok ? saved.value : { kind: "failed", reason: reasonOf(saved.issues) };
    },
    async saveAs(name, content, kind): Promise<Saved> {
      const bytes = content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content;
      const saved = await files.saveAs(name, bytes, kindOf(kind));
      if (!saved.ok) return { kind: "failed", reason: reasonOf(saved.issues) };
      return saved.value ? { kind: "written", ...saved.value } : { kind: "cancelled" };
    },
    async isSame(a, b) {
      const same = await files.same(ours(a).id, ours(b).id);
      return same.ok && same.value;
    },
  };
};

/** What the system said; what was refused has no such word. */
function reasonOf(issues: readonly Issue[]): string {
  const [first] = issues;
  return first && "reason" in first && typeof first.reason === "string" ? first.reason : (first?.code ?? "");
}
