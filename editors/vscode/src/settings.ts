/** Which settings are the server's, and which the extension's own. */

/** Settings about the server, of which it knows nothing itself. */
export const OWN = ["path", "interpreter", "trace"];

/** The settings that the server is told; what nobody has set is left to the project. */
export function forServer(settings: unknown): unknown {
  if (typeof settings !== "object" || settings === null) {
    return settings;
  }
  const given = Object.entries(settings).filter(
    ([name, value]) => !OWN.includes(name) && value !== null && typeof value !== "function",
  );
  return Object.fromEntries(given);
}
