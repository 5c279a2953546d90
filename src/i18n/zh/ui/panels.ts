import type { panels as en } from "../../en/ui/panels.ts";
import type { Texts } from "../../ui-text.ts";

/** Simplified Chinese texts of the window: panels. */
export const panels: Texts<typeof en> = {
  tabs: { layers: "图层", handbook: "手册", outline: "大纲", label: "左侧面板" },
  palette: {
    search: "搜索图层：juanji",
    clear: "清除搜索",
    favourites: "收藏",
    recent: "最近使用",
    blocks: "本文档的模块",
    library: "模块库",
    found: "搜索结果",
    none: "没有叫这个名字的图层。",
    favour: (name) => `收藏 ${name}`,
    unfavour: (name) => `取消收藏 ${name}`,
    insertLinked: "插入，保持关联",
    insertCopy: "插入副本",
    save: "存入模块库",
    remove: "移出模块库",
    saved: (name) => `${name} 已存入模块库。`,
  },
  handbook: {
    templates: "模板",
    open: "打开",
    insert: "插入到此处",
    openTip: (name) => `在新标签页打开 ${name}`,
    insertTip: (name) => `把 ${name} 的网络放入本文档`,
    facts: (nodes, parameters) => `${nodes} 个节点 · ${parameters} 个参数`,
  },
  outline: {
    label: "文档大纲",
    empty: "还没有节点。",
    issues: (n) => `${n} 个问题`,
  },
  problems: {
    list: "所有问题",
    none: "没有问题。",
    errors: "错误",
    warnings: "警告",
    show: "定位",
    document: "文档",
    objective: (id) => `训练目标 ${id}`,
  },
  history: {
    start: "打开文档",
    now: "当前",
    undone: "已撤销",
    label: "操作步骤，最新的在前",
  },
};
