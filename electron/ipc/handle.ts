import { ipcMain, type WebFrameMain } from "electron";
import { issue } from "../../src/core/issue.ts";
import { fail, type Result } from "../../src/core/result.ts";
import { type Arguments, type Channel, channels, type Value } from "./channels.ts";

export type Handlers = {
  readonly [C in Channel]: (...args: Arguments<C>) => Result<Value<C>> | Promise<Result<Value<C>>>;
};

/** Answers every channel, for a frame that is trusted and arguments that fit. Whoever else asks learns only that. */
export function answerChannels(handlers: Handlers, isTrusted: (frame: WebFrameMain | null) => boolean): void {
  for (const channel of Object.keys(channels) as Channel[]) answer(channel, handlers[channel], isTrusted);
}

function answer<C extends Channel>(
  channel: C,
  handler: Handlers[C],
  isTrusted: (frame: WebFrameMain | null) => boolean,
): void {
  ipcMain.handle(channel, async (event, args: unknown): Promise<Result<Value<C>>> => {
    if (!isTrusted(event.senderFrame)) return refused(channel, "foreign sender");
    const parsed = channels[channel].safeParse(args);
    if (!parsed.success) {
      const first = parsed.error.issues[0];
      return refused(channel, `${first?.path.join(".") ?? ""}: ${first?.message ?? ""}`.slice(0, 200));
    }
    // The table gives each channel its schema and its handler; TypeScript cannot follow that they belong together.
    return (handler as (...given: unknown[]) => Promise<Result<Value<C>>>)(...parsed.data);
  });
}

export const refused = (channel: Channel, reason: string): Result<never> =>
  fail(issue("desktop.refused", { channel, reason }));
