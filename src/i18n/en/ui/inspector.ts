/** English texts of the window: inspector. */
export const inspector = {} as const;
