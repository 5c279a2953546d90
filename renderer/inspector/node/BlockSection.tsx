import { Library, LogIn, PackageOpen } from "lucide-react";
import { blockOf, repeatOf } from "../../../src/graph/blocks.ts";
import type { Block, DocumentNode } from "../../../src/graph/document.ts";
import { setParam } from "../../../src/graph/edit/nodes.ts";
import { runCommand } from "../../app/commands/index.ts";
import { commit, editing } from "../../app/editing.ts";
import { useText } from "../../app/text.ts";
import { blocksOf } from "../../canvas/outputs.ts";
import { saveToLibrary } from "../../panels/library.ts";
import { useTab } from "../../stores/workspace.ts";
import { Button } from "../../ui/Button.tsx";
import { NumberField } from "../../ui/NumberField.tsx";
import { EntryField } from "../fields/EntryField.tsx";
import { Cell, entryClass, Form } from "../fields/Form.tsx";
import { Section } from "../Section.tsx";
import styles from "./Node.module.css";

const repeatRange = { min: 1, max: 1000, integer: true };

/** The block that a node shows: its name, how often it stands in a row, and the ways into it and out of it. */
export function BlockSection({ node }: { node: DocumentNode }) {
  const text = useText().inspector;
  const document = useTab((t) => t.edited.document);
  const block = blockOf(node, blocksOf(document));
  if (!block) return null;
  const graphs = [document, ...document.blocks];
  const shown = graphs.reduce((n, g) => n + g.nodes.filter((x) => x.params["block"] === block.id).length, 0);
  const setRepeat = (value: number, gesture?: string): void => {
    const now = editing();
    const step = gesture && `repeat ${node.id} ${gesture}`;
    if (now) commit(setParam(now.document, now.scope, [node.id], "repeat", value), "setRepeat", undefined, step);
  };
  return (
    <Section title={text.sections.block} aside={shown > 1 && text.node.usedBy(shown)}>
      <Form>
        <BlockName block={block} />
        <Cell
          label={text.node.repeat}
          help={text.node.repeatHelp}
          wide={true}
          changed={repeatOf(node) > 1}
          scrub={{ value: repeatOf(node), range: repeatRange, onChange: setRepeat }}
        >
          {(ids) => (
            <NumberField
              id={ids.id}
              describedBy={ids.help}
              className={entryClass}
              value={repeatOf(node)}
              range={repeatRange}
              onChange={setRepeat}
            />
          )}
        </Cell>
      </Form>
      <div className={styles.buttons}>
        <Button size="sm" icon={LogIn} onClick={() => runCommand("structure.enter")}>
          {text.head.enter}
        </Button>
        <Button size="sm" icon={PackageOpen} onClick={() => runCommand("structure.unpack")}>
          {text.head.unpack}
        </Button>
        <Button size="sm" icon={Library} onClick={() => saveToLibrary(document, block)}>
          {text.head.toLibrary}
        </Button>
      </div>
    </Section>
  );
}

/** The name of a block, the same wherever it is shown. */
export function BlockName({ block }: { block: Block }) {
  const text = useText().inspector;
  return (
    <Cell label={text.node.blockName} wide={true}>
      {({ id }) => (
        <EntryField
          id={id}
          shown={block.name}
          parse={(t) => t.trim().slice(0, 200) || null}
          onChange={(name) => renameBlock(block.id, name)}
        />
      )}
    </Cell>
  );
}

function renameBlock(id: string, name: string): void {
  const now = editing();
  if (!now) return;
  const value = now.document.blocks.map((b) => (b.id === id ? { ...b, name } : b));
  commit({ kind: "set", key: "blocks", value }, "renameBlock", { name });
}
