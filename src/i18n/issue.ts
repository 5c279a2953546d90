import type { Fix, Issue } from "../core/issue.ts";
import { issues as en } from "./en/index.ts";
import type { Locale } from "./locale.ts";
import type { IssueMessages } from "./messages.ts";
import { issues as zh } from "./zh/index.ts";

const messages: { readonly [L in Locale]: IssueMessages } = { en, zh };

/** What was expected, what was found and what to do, in one or two sentences. Says nothing of the place. */
export function messageOf(issue: Issue, locale: Locale): string {
  // The table is keyed by code; TypeScript cannot follow that the message and the issue have the same one.
  const message = messages[locale][issue.code] as (i: Issue) => string;
  return message(issue);
}

/** Where the issue is: `net.json:12, nodes[3].params.kernel, node conv1, port in`; empty where nothing is known. */
export function placeOf(issue: Issue, locale: Locale): string {
  const { file, line, path, node, port, param, edge, objective } = issue;
  const words = placeWords[locale];
  const parts = [
    file === undefined
      ? line === undefined
        ? ""
        : `${words.line} ${line}`
      : line === undefined
        ? file
        : `${file}:${line}`,
    path ?? "",
    named(words.node, node),
    named(words.port, port),
    named(words.param, param),
    named(words.edge, edge),
    named(words.objective, objective),
  ];
  return parts.filter(Boolean).join(words.comma);
}

const named = (word: string, name: string | undefined): string => (name === undefined ? "" : `${word} ${name}`);

const placeWords = {
  en: {
    line: "line",
    node: "node",
    port: "port",
    param: "parameter",
    edge: "edge",
    objective: "objective",
    comma: ", ",
  },
  zh: { line: "行", node: "节点", port: "端口", param: "参数", edge: "边", objective: "目标", comma: "，" },
} as const;

/** What a fix would do, as a sentence for a button or a hint. */
export function fixText(fix: Fix, locale: Locale): string {
  return locale === "zh" ? chineseFix(fix) : englishFix(fix);
}

const value = (v: unknown): string => JSON.stringify(v);
const params = (p: { readonly [name: string]: unknown }): string => (Object.keys(p).length === 0 ? "" : ` ${value(p)}`);

function englishFix(fix: Fix): string {
  switch (fix.kind) {
    case "set-param":
      return `set "${fix.param}" of node ${fix.node} to ${value(fix.value)}`;
    case "insert-layer":
      return `put a ${fix.layer}${params(fix.params)} before input "${fix.port}" of node ${fix.node}`;
    case "replace-layer":
      return `make ${fix.nodes.join(", ")} a ${fix.layer}`;
    case "remove-edge":
      return `remove edge ${fix.edge}`;
    case "remove-node":
      return fix.heal ? `remove node ${fix.node} and join its neighbours` : `remove node ${fix.node}`;
    case "set-document":
      return `set ${fix.path.join(".")} to ${value(fix.value)}`;
    case "remove-objective-term":
      return `remove term ${fix.term + 1} of objective ${fix.objective}`;
  }
}

function chineseFix(fix: Fix): string {
  switch (fix.kind) {
    case "set-param":
      return `把节点 ${fix.node} 的“${fix.param}”设为 ${value(fix.value)}`;
    case "insert-layer":
      return `在节点 ${fix.node} 的输入“${fix.port}”之前插入 ${fix.layer}${params(fix.params)}`;
    case "replace-layer":
      return `把 ${fix.nodes.join("、")} 换成 ${fix.layer}`;
    case "remove-edge":
      return `删除边 ${fix.edge}`;
    case "remove-node":
      return fix.heal ? `删除节点 ${fix.node}，并把它的前后相连` : `删除节点 ${fix.node}`;
    case "set-document":
      return `把 ${fix.path.join(".")} 设为 ${value(fix.value)}`;
    case "remove-objective-term":
      return `删除目标 ${fix.objective} 的第 ${fix.term + 1} 项`;
  }
}
