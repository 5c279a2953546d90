import type { ServerIssues } from "../../core/issues/server.ts";
import type { MessagesOf } from "../messages.ts";

export const server: MessagesOf<ServerIssues> = {
  "server.port-in-use": (i) => `端口 ${i.tcpPort} 已被其他程序占用。请用 --port 指定其他端口，或省略该选项以自动选择。`,
  "server.no-window": (i) => `${i.folder} 中应有已构建的窗口，但没有找到。请运行“npm start”，它会自动构建。`,
  "server.failed": (i) => `本地服务器无法启动：${i.reason}。请用 --port 尝试其他端口。`,
  "program.none": () => `此页面没有后台程序，无法训练。运行 “npm start” 启动 Gradloom，并打开它显示的网址。`,
  "program.lost": () => `此页面的后台程序没有响应，操作未执行。运行 “npm start” 重新启动；已绘制的内容不会丢失。`,
  "program.other-version": () => `此页面与后台程序的版本不同。保存文档后，重新加载页面。`,
};
