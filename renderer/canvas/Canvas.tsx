import {
  type AriaLabelConfig,
  type EdgeMouseHandler,
  type NodeMouseHandler,
  ReactFlow,
  ReactFlowProvider,
  useStore,
  useStoreApi,
} from "@xyflow/react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import "@xyflow/react/dist/base.css";
import { useText } from "../app/text.ts";
import { followDrift } from "../overlay/drift.ts";
import { useFailures } from "../overlay/failures.ts";
import { Legend } from "../overlay/Legend.tsx";
import { followProfile } from "../overlay/profile.ts";
import { trackReadings, useReadings } from "../overlay/readings.ts";
import { StripCard } from "../overlay/StripCard.tsx";
import { ProbeLayer } from "../probes/ProbeLayer.tsx";
import { useTraining } from "../stores/training.ts";
import { shownGraph, useTab } from "../stores/workspace.ts";
import { showContextMenu } from "../ui/Menu.tsx";
import { BlockPort, PortMenu } from "./BlockPort.tsx";
import styles from "./Canvas.module.css";
import { Crumbs } from "./Crumbs.tsx";
import { setCanvas } from "./controller.ts";
import { Dots } from "./Dots.tsx";
import { DropTip, onDragLeave, onDragOver, onDrop } from "./DropTip.tsx";
import { decorator } from "./decorate.ts";
import { FarView } from "./FarView.tsx";
import { FindBox } from "./FindBox.tsx";
import { type CanvasNode, flowDeriver, type WireEdge } from "./flow.ts";
import { onDragStart, onDragStop, onPositions, trackKeys } from "./gestures/dragging.ts";
import { focusCame, forgetKeys, onKeyDown, onKeyUp, open, pointerUsed } from "./gestures/keyboard.ts";
import { clickEdge, clickNode, onDoubleClick, onPointerDown, onPointerMove, pressNode } from "./gestures/pointer.ts";
import type { Box } from "./guides.ts";
import { IssuePopover, useBadgeHover } from "./IssuePopover.tsx";
import { outline } from "./mapView.ts";
import { menuFor, menuPlace } from "./menus.ts";
import { NodeCard } from "./NodeCard.tsx";
import { FrameCard, NoteCard } from "./NoteCard.tsx";
import { farZoom, holds, largeGraph, partOf, withMargin } from "./nearPart.ts";
import type { CanvasText } from "./nodeView.ts";
import { Overlays, Ties } from "./Overlays.tsx";
import { ParamPopover } from "./ParamPopover.tsx";
import { pathTo } from "./pathTo.ts";
import { QuickAdd } from "./QuickAdd.tsx";
import { readingOrder } from "./reading.ts";
import { controller } from "./registerController.ts";
import { SelectionBar } from "./SelectionBar.tsx";
import { resetView, scene, setView, useView } from "./view.ts";
import { boxesOf, fitBox, zoomRange } from "./viewport.ts";
import { Wire } from "./Wire.tsx";
import { WireLine } from "./WireLine.tsx";
import { RefusedWire, WireTip } from "./WireTip.tsx";
import { ZoomBar } from "./ZoomBar.tsx";

const nodeTypes = { layer: NodeCard, loss: NodeCard, note: NoteCard, frame: FrameCard, port: BlockPort };
const edgeTypes = { wire: Wire };

/** The network as nodes and wires, and every gesture on them. */
export function Canvas() {
  // A new provider for every graph shown: each has a viewport of its own.
  const path = useTab((t) => `${t.id} ${t.path.join("/")}`);
  return (
    <ReactFlowProvider key={path}>
      <Surface />
    </ReactFlowProvider>
  );
}

function Surface() {
  const text = useText().canvas;
  const tab = useTab((t) => t);
  const [derive] = useState(flowDeriver);
  const [decorate] = useState(decorator);
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const moving = useView((s) => s.moving);
  const resizing = useView((s) => s.resizing);
  const focus = useView((s) => s.focus);
  const strip = useTraining((s) => s.overlay !== "shapes");
  const failures = useFailures(tab);
  const spoken = useReadings((r) => r.spoken);
  const { document } = tab.edited;
  const { checked, path } = tab;
  // The selection is laid over it: choosing a node makes no graph anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only these parts of the tab are looked at
  const graph = useMemo(() => derive(tab, text, strip, failures), [document, checked, path, text, strip, failures]);
  const stop = useMemo(
    () => (focus !== null && graph.sizes.has(focus) ? focus : firstStop(graph.nodes)),
    [focus, graph],
  );
  const drawn = useMemo(
    () => decorate(graph, { selection: tab.selection, moving, resizing, focus: stop, spoken }),
    [decorate, graph, tab.selection, moving, resizing, stop, spoken],
  );
  const large = graph.nodes.length > largeGraph;
  const { part, far } = usePart(large);
  const shown = useMemo(
    () => (large ? shownPart(drawn, far ? null : part, moving) : drawn),
    [large, far, drawn, part, moving],
  );
  scene.graph = graph;
  scene.far = far;
  const labels = useMemo(() => spokenLabels(text), [text]);
  useGestures(element);
  useEffect(trackReadings, []);
  useEffect(followDrift, []);
  useEffect(followProfile, []);
  useBadgeHover(element);
  usePath(tab.selection.nodes, shownGraph(tab).edges);

  return (
    <Frame elementRef={setElement} label={text.label}>
      <ReactFlow<CanvasNode, WireEdge>
        nodes={shown.nodes}
        edges={shown.edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        minZoom={zoomRange.min}
        maxZoom={zoomRange.max}
        onInit={(flow) => {
          scene.flow = flow;
          if (graph.nodes.length > 0) fitBox(outline(boxesOf(null)), 0);
        }}
        onNodesChange={onPositions}
        onNodeDragStart={onDragStart}
        onNodeDragStop={onDragStop}
        onNodeClick={nodeClicked}
        onNodeDoubleClick={nodeDoubleClicked}
        onEdgeClick={edgeClicked}
        onEdgeMouseEnter={edgeEntered}
        onEdgeMouseLeave={() => setView({ hovered: null })}
        onMoveStart={moveStarted}
        onMoveEnd={moveEnded}
        elementsSelectable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        nodesFocusable={true}
        disableKeyboardA11y={true}
        selectNodesOnDrag={false}
        nodeDragThreshold={3}
        nodeClickDistance={4}
        paneClickDistance={4}
        panOnDrag={panButtons}
        panActivationKeyCode="Space"
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        autoPanOnNodeDrag={true}
        elevateNodesOnSelect={false}
        elevateEdgesOnSelect={false}
        proOptions={proOptions}
        ariaLabelConfig={labels}
      >
        {part !== null && <Dots part={part} />}
        {far ? <FarView graph={graph} selection={tab.selection} /> : <Ties graph={graph} />}
        <WireLine />
        <Overlays />
        <ProbeLayer graph={graph} />
        <SelectionBar />
      </ReactFlow>
      {graph.nodes.length === 0 && <p className={styles.empty}>{text.empty}</p>}
      <Crumbs />
      <Legend />
      <ZoomBar graph={graph} />
      <FindBox />
      <WireTip />
      <RefusedWire />
      <DropTip />
      <StripCard element={element} />
      <IssuePopover graph={graph} />
      <ParamPopover graph={graph} />
      <PortMenu />
      <QuickAdd />
      <Announcer />
    </Frame>
  );
}

const spokenLabels = ({ aria, zoom }: CanvasText): Partial<AriaLabelConfig> => ({
  "node.a11yDescription.default": aria.node,
  "node.a11yDescription.keyboardDisabled": aria.node,
  "edge.a11yDescription.default": aria.edge,
  "handle.ariaLabel": aria.handle,
  "minimap.ariaLabel": zoom.minimap,
});

const panButtons = [1];
const proOptions = { hideAttribution: true };

function firstStop(nodes: readonly CanvasNode[]): string | null {
  const stops = nodes
    .filter((n) => n.type !== "port")
    .map((n) => ({ id: n.id, ...n.position, width: n.width ?? 0, height: n.height ?? 0 }));
  return readingOrder(stops)[0]?.id ?? null;
}

const nodeClicked: NodeMouseHandler<CanvasNode> = (e, node) => clickNode(node.id, e);
const nodeDoubleClicked: NodeMouseHandler<CanvasNode> = (e, node) => doubleClick(node, e.target);
const edgeClicked: EdgeMouseHandler<WireEdge> = (e, edge) => clickEdge(edge.id, e);

/** Not while a button is held: a drag or a pan passes over many wires. */
const edgeEntered: EdgeMouseHandler<WireEdge> = (e, edge) => {
  if (e.buttons === 0) setView({ hovered: edge.id });
};

/** While the canvas moves, its picture is moved as a whole; it is drawn again, sharp, where it comes to rest. */
const moveStarted = (): void => scene.element?.setAttribute("data-moving", "");
const moveEnded = (): void => scene.element?.removeAttribute("data-moving");

/** A block is entered, a note is written, a port of the block and a layer are renamed, what a layer tells is set. */
function doubleClick(node: CanvasNode, target: EventTarget): void {
  if (target instanceof Element && target.closest("[data-port]")) return;
  const onParameters = target instanceof Element && target.closest("[data-parameters]") !== null;
  if (node.type === "port") setView({ portMenu: node.id });
  else if (node.type === "layer" && node.data.view.repeat === 0 && onParameters) setView({ parametersOf: node.id });
  else if (node.type === "layer" && node.data.view.repeat === 0) setView({ renaming: node.id });
  else if (node.type !== "loss") open(node.id);
}

/** The element around the canvas: says how much detail is drawn, and hears what React Flow does not. */
function Frame({
  elementRef,
  label,
  children,
}: {
  elementRef: (e: HTMLDivElement | null) => void;
  label: string;
  children: ReactNode;
}) {
  const lod = useStore((s) => levelOf(s.transform[2]));
  const wiring = useView((s) => s.wiring !== null);
  return (
    <section
      ref={elementRef}
      className={styles.canvas}
      data-lod={lod}
      data-wiring={wiring || undefined}
      aria-label={label}
      tabIndex={-1}
      onDragOver={onDragOver}
      onDragLeave={onDragLeave}
      onDrop={onDrop}
    >
      {children}
    </section>
  );
}

/** Levels of detail: no text is drawn that would be too small to read. */
function levelOf(zoom: number): "all" | "kind" | "glyph" | "box" {
  if (zoom >= 0.6) return "all";
  if (zoom >= 0.45) return "kind";
  return zoom >= 0.3 ? "glyph" : "box";
}

function Announcer() {
  const text = useView((s) => s.announcement);
  return (
    <div className="visually-hidden" aria-live="polite" role="status">
      {text}
    </div>
  );
}

interface Part {
  /** What is seen with a margin; null until the size of the canvas is known. */
  readonly part: Box | null;
  /** A large graph from so far away that it is drawn as one picture. */
  readonly far: boolean;
}

/** Follows the viewport, but changes only when it leaves the margin. */
function usePart(large: boolean): Part {
  const flow = useStoreApi();
  const [state, setState] = useState<Part>({ part: null, far: large });
  useEffect(() => {
    const look = (): void => {
      const { transform, width, height } = flow.getState();
      const [x, y, zoom] = transform;
      if (width === 0) return;
      const window = { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
      const fits = (p: Box): boolean => holds(p, window) && p.width < window.width * 3;
      const far = large && zoom < farZoom;
      setState((s) => {
        const part = s.part && fits(s.part) ? s.part : withMargin(window);
        return part === s.part && far === s.far ? s : { part, far };
      });
    };
    look();
    return flow.subscribe((now, before) => {
      if (now.transform !== before.transform || now.width !== before.width || now.height !== before.height) look();
    });
  }, [flow, large]);
  return state;
}

const nothingDrawn: { nodes: CanvasNode[]; edges: WireEdge[] } = { nodes: [], edges: [] };

function shownPart(
  drawn: { nodes: CanvasNode[]; edges: WireEdge[] },
  part: Box | null,
  moving: ReadonlyMap<string, unknown> | null,
): { nodes: CanvasNode[]; edges: WireEdge[] } {
  return part ? partOf(drawn.nodes, drawn.edges, part, (id) => moving?.has(id) ?? false) : nothingDrawn;
}

function useGestures(element: HTMLDivElement | null): void {
  useEffect(() => {
    if (!element) return;
    scene.element = element;
    resetView();
    setCanvas(controller);
    const contextMenu = (e: MouseEvent): void => {
      e.preventDefault();
      // Ctrl and the right button draw the knife.
      if (!e.ctrlKey && !e.metaKey) showContextMenu(menuPlace(e), menuFor(e));
    };
    const press = (e: PointerEvent): void => {
      pointerUsed();
      pressNode(e);
      onPointerDown(e);
    };
    const stopTracking = trackKeys();
    element.addEventListener("pointerdown", press, true);
    element.addEventListener("pointermove", onPointerMove);
    element.addEventListener("focusin", focusCame);
    element.addEventListener("dblclick", onDoubleClick);
    element.addEventListener("contextmenu", contextMenu);
    document.addEventListener("keydown", onKeyDown);
    document.addEventListener("keyup", onKeyUp);
    window.addEventListener("blur", forgetKeys);
    return () => {
      stopTracking();
      element.removeEventListener("pointerdown", press, true);
      element.removeEventListener("pointermove", onPointerMove);
      element.removeEventListener("focusin", focusCame);
      element.removeEventListener("dblclick", onDoubleClick);
      element.removeEventListener("contextmenu", contextMenu);
      document.removeEventListener("keydown", onKeyDown);
      document.removeEventListener("keyup", onKeyUp);
      window.removeEventListener("blur", forgetKeys);
      setCanvas(null);
    };
  }, [element]);
}

/** Wires that lead to what is selected stand out. */
function usePath(selected: ReadonlySet<string>, edges: Parameters<typeof pathTo>[1]): void {
  useEffect(() => setView({ path: pathTo(selected, edges) }), [selected, edges]);
}
