import { WebSocket } from "ws";
import { type WindowMessage, windowProtocolVersion } from "../../../src/protocol/index.ts";
import { decodeMessage, encodeMessage } from "../../../src/protocol/wire.ts";
import { TestWindow } from "../../support/window-client.ts";
import type { EditorWindow } from "./window.ts";

/** Another way to the same engine than the page: a client of the program with the cookie of the browser. */
export async function secondWindow(app: EditorWindow, address: string): Promise<TestWindow & { close(): void }> {
  const cookies = await app.page.context().cookies(address);
  const headers = { cookie: cookies.map((c) => `${c.name}=${c.value}`).join("; ") };
  const { host, origin } = new URL(address);
  const socket = new WebSocket(`ws://${host}/engine`, { headers, origin });
  await new Promise<void>((done, failed) => {
    socket.once("open", () => done());
    socket.once("error", failed);
  });
  const client = new TestWindow((m) => socket.send(encodeMessage(m)));
  socket.on("message", (data: Buffer) => {
    const message = decodeMessage(data);
    if (message.ok) client.receive(message.value as WindowMessage);
  });
  await client.ask("attach", { version: windowProtocolVersion });
  return Object.assign(client, { close: () => socket.close() });
}
