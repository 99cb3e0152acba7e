package dev.sluice.licences;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which licences we may ship, and what the same licence is called elsewhere. */
final class Licences {
  /**
   * SPDX identifiers of what may be part of Sluice: permissive ones, and those that are copyleft
   * for their own files only. One of a dependency's licences has to be among them.
   */
  static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "CC0-1.0",
          "EPL-1.0",
          "EPL-2.0",
          "ISC",
          "MIT",
          "MIT-0",
          "0BSD");

  private Licences() {}

  /** May we ship something that is under one of these, as we choose? */
  static boolean mayShip(List<String> spdx) {
    return spdx.stream().anyMatch(ALLOWED::contains);
  }

  /** The SPDX identifier of a licence's name in a POM; a name that is not known stays as it is. */
  static String spdx(String name) {
    String plain = name.strip().toLowerCase(Locale.ROOT).replace(',', ' ').replaceAll("\\s+", " ");
    if (plain.matches("(the )?apache( software)? license ((version )?)2\\.0|apache[- ]2(\\.0)?")) {
      return "Apache-2.0";
    }
    if (plain.matches("(the )?mit( license)?")) {
      return "MIT";
    }
    if (plain.matches("eclipse public license( -)? v ?1\\.0|epl[- ]1\\.0")) {
      return "EPL-1.0";
    }
    if (plain.matches("eclipse public license( -)? v ?2\\.0|epl[- ]2\\.0")) {
      return "EPL-2.0";
    }
    if (plain.matches("gnu lesser general public license|lgpl-2\\.1(-only)?")) {
      return "LGPL-2.1-only";
    }
    if (plain.matches("bsd[- ]2[- ]clause( license)?")) {
      return "BSD-2-Clause";
    }
    if (plain.matches("bsd[- ]3[- ]clause( license)?")) {
      return "BSD-3-Clause";
    }
    if (plain.matches("public domain(,? per)? creative commons cc0|cc0-1\\.0")) {
      return "CC0-1.0";
    }
    return name.strip();
  }

  /** Where a name leaves open which licence it is, its page at the OSI says it. */
  static String byAddress(String name, @Nullable String url) {
    String last = url == null ? "" : url.replaceFirst("^https?://opensource\\.org/licenses?/", "");
    return ALLOWED.contains(last) && name.equals("The BSD License") ? last : name;
  }
}
