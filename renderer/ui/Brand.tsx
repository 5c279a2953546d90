/** The mark: two threads up, two across, woven. */
export function Brand({ className }: { className?: string | undefined }) {
  return (
    <svg
      className={className}
      viewBox="0 0 24 24"
      aria-hidden="true"
      fill="none"
      strokeWidth="2.8"
      strokeLinecap="round"
    >
      <path d="M8 3v3M8 11.5v9.5M16 3v9.5M16 18v3" stroke="var(--text)" />
      <path d="M3 8.7h10.5M18.5 8.7H21" stroke="var(--accent)" />
      <path d="M3 15.3h2.5M10.5 15.3H21" stroke="var(--hl-p2)" />
    </svg>
  );
}
