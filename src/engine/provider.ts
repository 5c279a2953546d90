import os from "node:os";
import { type Issue, warning } from "../core/issue.ts";
import { ok, type Result } from "../core/result.ts";
import type { Provider } from "../ir/gradient.ts";
import type { ProviderChoice, ProviderReport } from "../protocol/index.ts";
import type { Tensor } from "../shape/dtype.ts";
import { type ModelSource, measurePlacement, openSession, type Placement, type Session } from "./ort.ts";

/** What `auto` tries before the CPU: mature providers only. WebGPU has to be asked for. */
function candidates(asked: ProviderChoice, platform: NodeJS.Platform): readonly Provider[] {
  if (asked !== "auto") return asked === "cpu" ? [] : [asked];
  if (platform === "win32") return ["dml"];
  if (platform === "darwin") return ["coreml"];
  return platform === "linux" ? ["cuda"] : [];
}

export interface Chosen {
  readonly session: Session;
  readonly report: ProviderReport;
  /** A warning when what the user named is not what runs. */
  readonly issues: readonly Issue[];
}

export interface ProviderTrial {
  readonly asked: ProviderChoice;
  readonly name: string;
  readonly threads: number | null;
  /** The model as it is written for a provider. */
  model(provider: Provider): Result<ModelSource>;
  /** One set of inputs, to see what runs where. Without, an accelerator is trusted when its session opens. */
  feeds?(provider: Provider): Promise<Result<{ readonly [input: string]: Tensor }>>;
  readonly platform?: NodeJS.Platform;
}

/**
 * Opens a model on the best provider allowed: one accelerator at a time, then the CPU. An accelerator counts as used
 * only when operators really run on it (`auto` wants more than half of them).
 */
export async function openOnBest(trial: ProviderTrial): Promise<Result<Chosen>> {
  const { asked, name, threads } = trial;
  const reasons: string[] = [];
  for (const provider of candidates(asked, trial.platform ?? os.platform())) {
    const tried = await tryAccelerator(provider, trial);
    if (tried.ok) return ok(tried.value);
    // The useful half of the reason comes over the native stderr; it must arrive before what refers to it.
    await new Promise((done) => setTimeout(done, 50));
    reasons.push(tried.issues.map(reasonOf).join("; "));
  }
  const model = trial.model("cpu");
  if (!model.ok) return model;
  const session = await openSession(model.value, { name, provider: "cpu", threads });
  if (!session.ok) return session;
  const reason = reasons.length > 0 ? reasons.join("; ") : null;
  const issues =
    reason !== null && asked !== "auto" ? [warning("provider.unavailable", { provider: asked, reason })] : [];
  return ok({ session: session.value, report: { asked, used: "cpu", reason, operators: null }, issues });
}

async function tryAccelerator(provider: Provider, trial: ProviderTrial): Promise<Result<Chosen>> {
  const { asked, name, threads } = trial;
  const model = trial.model(provider);
  if (!model.ok) return model;
  const options = { name, provider, threads };
  const session = await openSession(model.value, options);
  if (!session.ok) return session;
  const placement = await placementOn(model.value, options, trial);
  const refusal = placement.ok ? idleReason(provider, asked, placement.value) : null;
  if (!placement.ok || refusal) {
    await session.value.release();
    return placement.ok ? { ok: false, issues: [refusal as Issue] } : placement;
  }
  return ok({
    session: session.value,
    report: { asked, used: provider, reason: null, operators: placement.value },
    issues: [],
  });
}

async function placementOn(
  model: ModelSource,
  options: { name: string; provider: Provider; threads: number | null },
  trial: ProviderTrial,
): Promise<Result<Placement | null>> {
  if (!trial.feeds) return ok(null);
  const feeds = await trial.feeds(options.provider);
  return feeds.ok ? measurePlacement(model, options, feeds.value) : feeds;
}

/** An issue when the provider opened its session and then left (nearly) all the work to the CPU. */
function idleReason(provider: Provider, asked: ProviderChoice, placement: Placement | null): Issue | null {
  if (!placement) return null;
  const there = placement[provider] ?? 0;
  const all = Object.values(placement).reduce((sum, n) => sum + n, 0);
  const enough = asked === "auto" ? there * 2 > all : there > 0;
  return enough
    ? null
    : warning("provider.unavailable", { provider, reason: `runs only ${there} of ${all} operators` });
}

const reasonOf = (i: Issue): string => {
  const text = "reason" in i ? i.reason : i.code;
  return "provider" in i ? `${i.provider}: ${text}` : text;
};
