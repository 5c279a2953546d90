import type { DataIssues } from "../../core/issues/data.ts";
import { bytes, count, type MessagesOf } from "../messages.ts";
import { list, plural } from "./words.ts";

export const data: MessagesOf<DataIssues> = {
  "data.file-missing": (i) =>
    `The data file cannot be opened (${i.reason}). Check the name; a relative path counts from the folder of the document.`,
  "data.file-format": (i) =>
    `A file of format ${i.format} was expected: ${i.expected}; found ${i.found}${i.offset === undefined ? "" : ` at byte ${count(i.offset)}`}. Choose the right format or save the file again.`,
  "data.file-truncated": (i) =>
    `The ${i.format} file ends too early: its header promises ${count(i.expected)} bytes, and there are ${count(i.found)}. Copy or download it again.`,
  "data.too-large": (i) =>
    `The file has ${bytes(i.bytes)}; at most ${bytes(i.limit)} are read. Use a part of the data.`,
  "data.csv-columns": (i) =>
    `The row has ${plural(i.found, "cell")}, and ${i.expected} were expected. Correct the row, or the delimiter in "data.source".`,
  "data.csv-number": (i) =>
    `The column "${i.column}" expects numbers, found ${i.found}. Correct the cell, read the column as "class", or set "missing" to "skip" for empty cells.`,
  "data.unknown-column": (i) => `The file has no column "${i.column}". Use one of: ${list(i.columns)}.`,
  "data.unknown-class": (i) =>
    `The column "${i.column}" holds ${i.found}, which is none of the classes ${list(i.classes)}. Correct the cell or add the class.`,
  "data.duplicate-name": (i) =>
    i.what === "column"
      ? `Two columns are called "${i.name}", and names must differ. Rename one, or name columns by position.`
      : `Two arrays are called "${i.name}", and names must differ. Rename one of them.`,
  "data.empty": (i) => `Found no samples: ${i.what} is empty. Choose a file with at least one.`,
  "data.length-mismatch": (i) =>
    `"${i.a}" has ${plural(i.countA, "sample")} and "${i.b}" has ${count(i.countB)}; both must have the same number. Choose files that belong together.`,
  "data.other-type": (i) =>
    `All samples of the field "${i.field}" must be alike: expected ${i.expected}, found ${i.found}. Correct the file or set the type in "data.fields".`,
  "data.label-range": (i) =>
    `The label ${i.found} in field "${i.field}" is outside the expected range from 0 to ${i.classes - 1} (${plural(i.classes, "class", "classes")}). Correct the labels or the number of classes.`,
  "data.image": (i) => `${imageText[i.problem]} (${i.detail}). Replace or remove the file.`,
  "data.not-finite": (i) =>
    `The field "${i.field}" has ${i.found} in sample ${count(i.sample)}, and every value must be a finite number. Correct the sample or leave it out.`,
  "data.option": (i) => `The option ${i.option} expects ${i.expected}, found ${i.found}. Change it.`,
  "data.more-problems": (i) =>
    `Reading stopped after ${plural(i.shown, "problem")}; there may be more. Correct these first.`,
  "data.one-class": (i) =>
    `All samples of "${i.field}" are of the class "${i.class}", so there is nothing to tell apart. Add samples of other classes.`,
  "data.empty-split": (i) =>
    `The part "${i.split}" was asked for, but of ${plural(i.samples, "sample")} none is left for it. Raise its fraction or use more data.`,
  "data.reader-died": (i) => `The thread that reads samples ended unexpectedly: ${i.reason}. Start the training again.`,
};

const imageText = {
  "not-an-image": "A PNG or JPEG picture was expected, and the file is neither",
  unsupported: "The picture is of a kind that cannot be read",
  "too-large": "The picture is larger than what is read",
  corrupt: "The picture is damaged",
};
