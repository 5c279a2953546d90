import type { ServerIssues } from "../../core/issues/server.ts";
import type { MessagesOf } from "../messages.ts";

export const server: MessagesOf<ServerIssues> = {
  "server.port-in-use": (i) =>
    `Port ${i.tcpPort} is used by another program. Choose another with --port, or leave it out to take a free one.`,
  "server.no-window": (i) =>
    `The built window was expected in ${i.folder}, and it is not there. Run "npm start", which builds it.`,
  "server.failed": (i) => `The local server could not be started: ${i.reason}. Try another port with --port.`,
  "program.none": () =>
    `This page has no program behind it, and training needs one. Start Gradloom with "npm start" and open the address it prints.`,
  "program.lost": () =>
    `The program behind this page does not answer, so this was not done. Start it again with "npm start"; nothing you drew is lost.`,
  "program.other-version": () =>
    `This page and the program behind it are of different versions. Save your documents, then reload the page.`,
};
