import type { DesktopIssues } from "../../core/issues/desktop.ts";
import type { MessagesOf } from "../messages.ts";

export const desktop: MessagesOf<DesktopIssues> = {
  "desktop.refused": (i) => `应用拒绝了窗口的请求（${i.channel}）：${i.reason}。这是程序的错误，欢迎反馈。`,
  "desktop.print": (i) => `无法打印：${i.reason}。请换一台打印机，或改为存储 PDF。`,
};
