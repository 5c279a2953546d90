import type { ServerIssues } from "../../core/issues/server.ts";
import type { MessagesOf } from "../messages.ts";

export const server: MessagesOf<ServerIssues> = {
  "server.port-in-use": (i) => `端口 ${i.tcpPort} 已被其他程序占用。请用 --port 指定其他端口，或省略该选项以自动选择。`,
  "server.no-window": (i) => `${i.folder} 中应有已构建的窗口，但没有找到。请运行“npm start”，它会自动构建。`,
  "server.failed": (i) => `本地服务器无法启动：${i.reason}。请用 --port 尝试其他端口。`,
};
