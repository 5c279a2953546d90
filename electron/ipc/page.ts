import { ipcRenderer } from "electron";
import type { Result } from "../../src/core/result.ts";
import { type DesktopEvent, engineMessage } from "../../src/protocol/desktop.ts";
import type { Arguments, Channel, Value } from "./channels.ts";
import { eventChannel, portChannel } from "./names.ts";

/** Sends one request to the app. */
export const invoke = <C extends Channel>(channel: C, ...args: Arguments<C>): Promise<Result<Value<C>>> =>
  ipcRenderer.invoke(channel, args) as Promise<Result<Value<C>>>;

/** Calls `listener` for what the app tells the window. */
export function hear(listener: (event: DesktopEvent) => void): void {
  ipcRenderer.on(eventChannel, (_event, told: DesktopEvent) => listener(told));
}

/** Hands the page the port of the engine as soon as it comes. A port cannot go through the bridge, but with a message. */
export function passOnPorts(): void {
  ipcRenderer.on(portChannel, (event) => window.postMessage(engineMessage, location.origin, [...event.ports]));
}
