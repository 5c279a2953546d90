/** English texts of the window: panels. */
export const panels = {} as const;
