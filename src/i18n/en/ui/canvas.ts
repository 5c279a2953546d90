/** English texts of the window: canvas. */
export const canvas = {} as const;
