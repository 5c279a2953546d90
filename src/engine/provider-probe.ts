import { GraphBuilder } from "../ir/builder.ts";
import { encodeModel } from "../onnx/encode.ts";
import type { ProviderState } from "../protocol/index.ts";
import { providers } from "../protocol/values.ts";
import { tensor } from "../shape/dtype.ts";
import { cudaSetup } from "./cuda.ts";
import { Engine, type EngineOptions } from "./supervisor.ts";

type ProviderName = ProviderState["name"];

/**
 * Tries every execution provider in a process that may die of it. Errors (there is no engine at all) are the states'
 * reasons: this always answers.
 */
export async function probeProviders(options: EngineOptions = {}): Promise<readonly ProviderState[]> {
  const engine = new Engine({ ...options, restarts: 0 });
  try {
    const ready = await engine.connect();
    if (!ready.ok) {
      const reason = ready.issues[0]?.code ?? null;
      return providers.map((name) => ({ name, state: "unknown", reason, setup: null }));
    }
    const known = new Set(ready.value.providers.map((p) => p.name));
    const states: ProviderState[] = [];
    for (const name of providers) {
      const tried = known.has(name) ? await probe(engine, name) : ({ state: "not-in-build", reason: null } as const);
      const setup = name === "cuda" && known.has(name) ? await cudaSetup() : null;
      states.push({ name, ...tried, setup: setup && { ...setup, missing: [...setup.missing] } });
    }
    return states;
  } finally {
    await engine.close();
  }
}

/** Adds two numbers on the provider. One that kills the process does not work either. */
async function probe(engine: Engine, name: ProviderName): Promise<Pick<ProviderState, "state" | "reason">> {
  const b = new GraphBuilder("probe");
  const x = b.input("x", { dtype: "float32", shape: [2] });
  const model = { bytes: new Uint8Array(encodeModel(b.finish([b.emit("Add", [x, x])]))) };
  const result = await engine.runModel({ model, inputs: [{ x: tensor("float32", [2], [1, 2]) }], provider: name });
  if (!result.ok) {
    const first = result.issues[0];
    const reason = first && "reason" in first && first.reason ? first.reason : (first?.code ?? "");
    return { state: stateOf(reason), reason };
  }
  const { used, reason } = result.value.provider;
  if (used === name) return { state: "works", reason: null };
  // Reports of several providers name them.
  const own = (reason ?? "").replace(`${name}: `, "");
  return { state: stateOf(own), reason: own };
}

/** What onnxruntime means, as far as its words are known. */
function stateOf(reason: string): ProviderState["state"] {
  if (/shared library|cannot open shared object|\.so\b|\.dll\b|error 126|dlopen/i.test(reason))
    return "missing-libraries";
  if (
    /no supported adapters|no CUDA-capable device|no adapter|CUDA failure (?:35|100|101)\b|insufficient.*driver/i.test(
      reason,
    )
  ) {
    return "no-device";
  }
  return "unknown";
}
