package dev.sluice.imports;

import dev.sluice.access.AddressBlock;
import dev.sluice.access.PageHost;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may do one thing, publish or play, with some streams, as it is put together. A check that
 * cannot be taken over whole closes it: then the token is needed.
 */
final class Door {
  /** Most elements of a list in the file. */
  static final int MAX_LIST = 64;

  private final List<String> addresses = new ArrayList<>();
  private final List<String> notAddresses = new ArrayList<>();
  private final List<String> pages = new ArrayList<>();
  private String needs = "anybody";
  private boolean closed;

  /** Who may is asked of a back end. */
  void askBackend() {
    needs = "backend";
  }

  /** Whether a back end is asked. */
  boolean asksBackend() {
    return needs.equals("backend");
  }

  /** Nobody may. */
  void nobody() {
    needs = "nobody";
  }

  /** A check of it cannot be taken over. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Only these addresses may. */
  void only(List<AddressBlock> blocks) {
    add(addresses, blocks);
  }

  /** These addresses may not. */
  void not(List<AddressBlock> blocks) {
    add(notAddresses, blocks);
  }

  private void add(List<String> list, List<AddressBlock> blocks) {
    if (list.size() + blocks.size() > MAX_LIST) {
      close();
      return;
    }
    blocks.forEach(block -> list.add(block.toString()));
  }

  /**
   * Only players on these pages may.
   *
   * @return false when one is no host, or there are too many
   */
  boolean onlyPages(List<String> hosts) {
    for (String host : hosts) {
      String lower = host.toLowerCase(java.util.Locale.ROOT);
      boolean good = PageHost.parse(lower) != null && PageHost.parse("*." + lower) != null;
      if (!good || lower.equals("none") || pages.size() + 2 > MAX_LIST) {
        close();
        return false;
      }
      pages.add(lower);
      pages.add("*." + lower);
    }
    return true;
  }

  /** What somebody has to prove. */
  String needs() {
    return needs.equals("nobody") ? needs : closed ? "token" : needs;
  }

  /** Whether lists go with it. */
  boolean hasLists() {
    return !addresses.isEmpty() || !notAddresses.isEmpty() || !pages.isEmpty();
  }

  /** Adds its part to a rule. */
  void write(Draft.Element rule) {
    rule.set("needs", needs(), "");
    if (!addresses.isEmpty()) {
      rule.set("addresses", addresses);
    }
    if (!notAddresses.isEmpty()) {
      rule.set("notAddresses", notAddresses);
    }
    if (!pages.isEmpty()) {
      rule.set("pages", pages);
    }
  }

  /** Whether it says the same as {@code other}. */
  boolean isAs(Door other) {
    return needs().equals(other.needs())
        && addresses.equals(other.addresses)
        && notAddresses.equals(other.notAddresses)
        && pages.equals(other.pages);
  }
}
