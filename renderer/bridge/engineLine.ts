import { type DesktopApi, engineMessage } from "../../src/protocol/desktop.ts";
import { decodeMessage, encodeMessage } from "../../src/protocol/wire.ts";

/** One connection to the program, open until `onClose`. */
export interface Line {
  send(message: unknown): void;
  close(): void;
}

export interface LineListener {
  onOpen(line: Line): void;
  onMessage(message: unknown): void;
  /** It has ended, or could not be made. */
  onClose(): void;
}

/** Makes a connection to the program behind the window; called again after each that ended. */
export type Dial = (listener: LineListener) => void;

/** How the program of this window is reached; null where there is none, as on a page that is only served. */
export function dialOf(): Dial | null {
  const desktop = (globalThis as { readonly gradloom?: DesktopApi }).gradloom;
  if (desktop) return dialDesktop(() => void desktop.engine.connect());
  const path = document.querySelector<HTMLMetaElement>('meta[name="gradloom-engine"]')?.content;
  return path ? dialSocket(path) : null;
}

/** Over a WebSocket of the server that the page came from. */
const dialSocket =
  (path: string): Dial =>
  (listener) => {
    const url = new URL(path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    const line: Line = {
      send: (message) => socket.send(encodeMessage(message) as Uint8Array<ArrayBuffer>),
      close: () => socket.close(),
    };
    socket.onopen = () => listener.onOpen(line);
    socket.onclose = () => listener.onClose();
    socket.onmessage = ({ data }) => {
      const message = decodeMessage(new Uint8Array(data as ArrayBuffer));
      if (message.ok) listener.onMessage(message.value);
      else socket.close();
    };
  };

/** Over a port that the desktop app hands to the page. It does not end before the app does. */
const dialDesktop =
  (ask: () => void): Dial =>
  (listener) => {
    const onPort = ({ data, ports, source }: MessageEvent): void => {
      const [port] = ports;
      if (source !== window || data !== engineMessage || !port) return;
      window.removeEventListener("message", onPort);
      port.onmessage = (e) => listener.onMessage(e.data);
      listener.onOpen({ send: (message) => port.postMessage(message), close: () => port.close() });
    };
    window.addEventListener("message", onPort);
    ask();
  };
