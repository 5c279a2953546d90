import { createRoot } from "react-dom/client";
import { invariant } from "../src/core/invariant.ts";
import { App } from "./app/App.tsx";
import { followSettings } from "./app/appearance.ts";
import { exposeTestHook } from "./app/testHook.ts";
import { keepJournal } from "./bridge/journal.ts";
import { loadRecents } from "./bridge/recent.ts";
import { keepProbes } from "./probes/probes.ts";
import { offerRecovery } from "./start/offerRecovery.ts";
import { followEngine } from "./training/follow.ts";
import "./styles/tokens.css";
import "./styles/base.css";

followSettings(document.documentElement);
exposeTestHook();

void loadRecents();
keepJournal();
keepProbes();
followEngine();

const root = document.getElementById("root");
invariant(root, "the page has no root");
createRoot(root).render(<App />);
void offerRecovery();
