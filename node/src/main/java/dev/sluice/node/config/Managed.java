package dev.sluice.node.config;

/** Who may change a section, or an entry of {@code streams}. */
public enum Managed {
  @Choice(doc = "whoever writes the file; the API refuses to")
  FILE,
  @Choice(doc = "the API, too: what it is told goes before what the file says")
  API;

  /** The key that says so. */
  static final String KEY = "managed";

  /** What it says then. */
  static final String BY_API = "api";

  /** What it means in a section. */
  static final String OF_SECTION =
      "Who may change this section when the file says something of it. See"
          + " `docs/live-configuration.md`.";
}
