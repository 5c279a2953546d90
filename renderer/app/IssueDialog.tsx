import { CircleAlert, TriangleAlert } from "lucide-react";
import { isError } from "../../src/core/issue.ts";
import { messageOf, placeOf } from "../../src/i18n/issue.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import styles from "./dialogs.module.css";
import { closeDialog, type DialogRequest } from "./dialogs.ts";
import { useLocale, useText } from "./text.ts";

/** More faults than this in one file tell a reader nothing new. */
const shownAtMost = 50;

/** Faults that stand in the way of something, each with its place and what to do about it. */
export function IssueDialog({ request }: { request: Extract<DialogRequest, { kind: "issues" }> }) {
  const text = useText().shell;
  const locale = useLocale();
  const issues = request.issues.slice(0, shownAtMost);
  return (
    <Dialog
      title={request.title}
      onClose={closeDialog}
      width="36rem"
      footer={
        <Button kind="primary" data-initial-focus={true} onClick={closeDialog}>
          {text.close}
        </Button>
      }
    >
      <ul className={styles.issues}>
        {issues.map((issue, i) => {
          const Icon = isError(issue) ? CircleAlert : TriangleAlert;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
            <li key={i} className={styles.issue} data-severity={issue.severity}>
              <Icon size="1rem" aria-hidden="true" />
              <div>
                <p className={styles.place}>{placeOf(issue, locale)}</p>
                <p>{messageOf(issue, locale)}</p>
              </div>
            </li>
          );
        })}
      </ul>
      {request.issues.length > shownAtMost && <p>{text.moreIssues(request.issues.length - shownAtMost)}</p>}
      <p className={styles.note}>{request.text}</p>
    </Dialog>
  );
}
