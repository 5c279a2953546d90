import ReactMarkdown from "react-markdown";
import rehypeKatex from "rehype-katex";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import "katex/dist/katex.min.css";
import styles from "./Markdown.module.css";

/**
 * Text with Markdown (GitHub's) and formulas (`$…$`, `$$…$$`). HTML in it is shown as text, and pictures are not
 * loaded: a document from somebody else must not call home.
 */
export function Markdown({ text, className }: { text: string; className?: string | undefined }) {
  return (
    <div className={`${styles.markdown} ${className ?? ""}`}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm, remarkMath]}
        rehypePlugins={[
          [
            rehypeKatex,
            { throwOnError: false, strict: "ignore", trust: false, errorColor: "var(--sev-error)", maxExpand: 200 },
          ],
        ]}
        components={{
          img: ({ alt }) => <span>{alt}</span>,
          a: ({ href, children }) => (
            <a href={href} target="_blank" rel="noreferrer noopener">
              {children}
            </a>
          ),
        }}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}
