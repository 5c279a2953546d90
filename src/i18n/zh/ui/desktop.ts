import type { desktop as en } from "../../en/ui/desktop.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the desktop app around the window, and of what only it can do. */
export const desktop: Texts<typeof en> = {
  about: "关于 Gradloom",
  quit: "退出 Gradloom",
  services: "服务",
  hide: "隐藏 Gradloom",
  hideOthers: "隐藏其他",
  showAll: "全部显示",
  window: "窗口",
  minimize: "最小化",
  zoom: "缩放",
  front: "全部置于顶层",
  silentTitle: "窗口没有响应",
  silentText: "窗口可能正忙。未保存的内容已保留，下次启动时可以恢复。",
  wait: "等待",
  closeAnyway: "仍然关闭",
  crashedTitle: "窗口已停止工作",
  crashedText: "窗口在短时间内多次停止工作。未保存的内容已保留，下次启动时可以恢复。",
  reload: "重新打开",
  faultTitle: "应用出错了",
  faultText: "文档仍然打开着，请先保存。如果应用表现异常，请重新启动。",
  goOn: "继续",
  cannotStart: "Gradloom 无法启动",
  copyDetails: "复制详情",
  notOpened: "有文件未能打开",
};
