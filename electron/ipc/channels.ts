import * as z from "zod";
import { locales } from "../../src/i18n/locale.ts";
import {
  appearances,
  type DesktopFile,
  type DesktopSaved,
  type DesktopWritten,
  editActions,
  type MenuLine,
  outsidePages,
  ownFiles,
} from "../../src/protocol/desktop.ts";

const id = z.string().regex(/^[0-9a-f]{32}$/);
const name = z.string().min(1).max(255);
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const kind = z.strictObject({
  description: z.string().max(100),
  extensions: z
    .array(z.string().regex(/^[a-z0-9]{1,16}$/))
    .min(1)
    .max(8)
    .readonly(),
});

const lineId = z.string().max(300);
const label = z.string().max(300);
const line: z.ZodType<MenuLine> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("separator") }),
  z.strictObject({
    kind: z.literal("command"),
    id: lineId,
    label,
    keys: z.string().max(60).nullable(),
    enabled: z.boolean(),
    checked: z.boolean().nullable(),
  }),
  z.strictObject({ kind: z.literal("menu"), id: lineId, label, lines: z.lazy(() => z.array(line).max(400)) }),
]);

/** Every channel from the window to the app, and what may be sent over it. */
export const channels = {
  "files.choose": z.tuple([kind]),
  /** The paths are found by the preload script, in the drop itself: the page cannot make them up. */
  "files.grant": z.tuple([z.array(z.string().min(1).max(32_768)).max(100)]),
  "files.read": z.tuple([id]),
  "files.save": z.tuple([id, bytes, z.string().max(100).nullable()]),
  "files.saveAs": z.tuple([name, bytes, kind]),
  "files.same": z.tuple([id, id]),
  "engine.connect": z.tuple([]),
  "window.ready": z.tuple([]),
  "window.setMenu": z.tuple([z.array(line).max(20)]),
  "window.setState": z.tuple([
    z.strictObject({
      locale: z.enum(locales),
      appearance: z.enum(appearances),
      edited: z.boolean(),
      file: id.nullable(),
    }),
  ]),
  "window.setProgress": z.tuple([z.number().min(0).max(1).nullable()]),
  "window.heardClose": z.tuple([]),
  "window.answerClose": z.tuple([z.boolean()]),
  "window.quit": z.tuple([]),
  "window.toggleFullScreen": z.tuple([]),
  "window.edit": z.tuple([z.enum(editActions)]),
  "window.print": z.tuple([]),
  "window.pdf": z.tuple([]),
  "window.openOutside": z.tuple([z.enum(outsidePages)]),
  "window.show": z.tuple([z.enum(ownFiles)]),
} as const;

export type Channel = keyof typeof channels;

/** What is answered; null where there is nothing to say. */
interface Values {
  "files.choose": readonly DesktopFile[];
  "files.grant": readonly DesktopFile[];
  "files.read": DesktopFile;
  "files.save": DesktopWritten;
  "files.saveAs": DesktopSaved | null;
  "files.same": boolean;
  "window.pdf": Uint8Array;
}

export type Arguments<C extends Channel> = z.output<(typeof channels)[C]>;
export type Value<C extends Channel> = C extends keyof Values ? Values[C] : null;
