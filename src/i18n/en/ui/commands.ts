/** English texts of the window: commands. */
export const commands = {} as const;
