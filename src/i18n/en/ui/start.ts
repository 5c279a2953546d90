/** English texts of the window: start. */
export const start = {} as const;
