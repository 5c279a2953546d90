/** English texts of the window: steps. */
export const steps = {} as const;
