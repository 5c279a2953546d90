/** Channels from the app to the window. */
export const eventChannel = "window.event";
export const portChannel = "engine.port";
