/** English texts of the window: shell. */
export const shell = {} as const;
