/** English texts of the window: figures. */
export const figures = {} as const;
