package dev.sluice.imports;

import dev.sluice.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the syntax of nginx, which SRS has borrowed: words between blanks, a semicolon at the end
 * of a directive or braces around what belongs to it, {@code #} before a comment, quotes around
 * what has blanks in it, {@code include} for other files.
 *
 * <p>As in nginx a quote or a comment begins only where a word does, and what stands behind a
 * closing quote has to be a blank, a semicolon or a brace.
 */
final class ConfReader {
  /** Longest text of one file, in characters. */
  static final int MAX_TEXT = 1 << 20;

  /** Files in all. */
  static final int MAX_FILES = 100;

  /** How deep files may include files. */
  static final int MAX_INCLUDES = 10;

  /** How deep blocks may be nested. */
  static final int MAX_DEPTH = 20;

  /** Directives of all files. */
  static final int MAX_STATEMENTS = 20_000;

  /** Arguments of one directive. */
  static final int MAX_ARGUMENTS = 500;

  /** Characters of a word. */
  static final int MAX_WORD = 8_192;

  private static final int END = -1;
  private static final String INCLUDE = "include";

  private final Dialect dialect;
  private final Inclusion inclusion;
  private int files = 1;
  private int statements;

  private ConfReader(Dialect dialect, Inclusion inclusion) {
    this.dialect = dialect;
    this.inclusion = inclusion;
  }

  /** In what nginx and SRS differ. */
  enum Dialect {
    /** A backslash is a character like others; every include has to be there. */
    SRS,
    /**
     * A backslash takes the next character's meaning away; <code>${</code> begins a variable, not a
     * block; blocks of Lua have a syntax of their own. What is included outside of {@code rtmp} may
     * be missing: it is not about streaming.
     */
    NGINX
  }

  /**
   * Reads {@code text} and what it includes.
   *
   * @param file how messages name it
   * @throws MalformedException for what has another syntax, names a file that is not there or
   *     passes a limit; the message begins with file, line and column
   */
  static List<Statement> read(String file, String text, Dialect dialect, Inclusion inclusion) {
    return new ConfReader(dialect, inclusion).file(file, text, "", 0, 0);
  }

  private List<Statement> file(String name, String text, String outermost, int depth, int within) {
    if (text.length() > MAX_TEXT) {
      throw malformed(new Place(name, 1, 1), text.length() + " characters", "at most " + MAX_TEXT);
    }
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return new Text(name, plain, within).statements(outermost, depth, null);
  }

  private static MalformedException malformed(Place place, String found, String allowed) {
    return new MalformedException(place + ": found " + found + "; allowed: " + allowed);
  }

  /** One file as it is read. */
  private final class Text {
    private final String name;
    private final String text;
    private final int includes;
    private int at;
    private int line = 1;
    private int lineStart;

    /** Set by {@link #word}: whether it had quotes, so that it is no keyword and no sign. */
    private boolean quoted;

    Text(String name, String text, int includes) {
      this.name = name;
      this.text = text;
      this.includes = includes;
    }

    /**
     * All up to the closing brace, or to the end.
     *
     * @param outermost the name of the block at top level that this is in; empty at top level
     * @param opened where the block begins; null at top level
     */
    List<Statement> statements(String outermost, int depth, @Nullable Place opened) {
      var list = new ArrayList<Statement>();
      while (true) {
        skipBlanks();
        int next = peek();
        Place place = place();
        if (next == END && opened == null) {
          return list;
        } else if (next == END) {
          throw malformed(place, "the end of the file", "a } for the { of " + opened);
        } else if (next == '}' && opened != null) {
          at++;
          return list;
        } else if (next == '}' || next == '{' || next == ';') {
          throw malformed(place, "\"" + (char) next + "\"", "the name of a directive");
        }
        statement(list, outermost, depth, place);
      }
    }

    private void statement(List<Statement> list, String outermost, int depth, Place place) {
      if (++statements > MAX_STATEMENTS) {
        throw malformed(place, "one more directive", "at most " + MAX_STATEMENTS);
      }
      String word = word();
      boolean include = word.equals(INCLUDE) && !quoted;
      var arguments = new ArrayList<String>();
      while (true) {
        skipBlanks();
        switch (peek()) {
          case ';' -> {
            at++;
            if (include) {
              arguments.forEach(pattern -> include(list, pattern, outermost, depth, place));
            } else {
              list.add(Statement.of(word, arguments, place));
            }
            return;
          }
          case '{' -> {
            Place open = place();
            at++;
            if (depth >= MAX_DEPTH) {
              throw malformed(open, "one more block in a block", "at most " + MAX_DEPTH);
            }
            String outer = outermost.isEmpty() ? word : outermost;
            List<Statement> block;
            if (dialect == Dialect.NGINX && word.endsWith("_by_lua_block")) {
              skipLua(open);
              block = List.of();
            } else {
              block = statements(outer, depth + 1, open);
            }
            list.add(new Statement(word, arguments, block, true, place));
            return;
          }
          case '}' -> throw malformed(place(), "\"}\"", "a ; behind " + shown(word));
          case END -> throw malformed(place(), "the end of the file", "a ; behind " + shown(word));
          default -> {
            if (arguments.size() == MAX_ARGUMENTS) {
              throw malformed(place(), "one more argument", "at most " + MAX_ARGUMENTS);
            }
            arguments.add(word());
          }
        }
      }
    }

    private void include(
        List<Statement> list, String pattern, String outermost, int depth, Place place) {
      if (includes >= MAX_INCLUDES) {
        throw malformed(place, "one more include in an include", "at most " + MAX_INCLUDES);
      }
      List<Inclusion.Source> sources = inclusion.open(pattern);
      if (sources == null) {
        if (dialect == Dialect.NGINX && !outermost.isEmpty() && !outermost.equals("rtmp")) {
          list.add(Statement.of(INCLUDE, List.of(pattern), place));
          return;
        }
        throw malformed(place, shown(pattern) + ", which cannot be read", "a file that can");
      }
      for (Inclusion.Source source : sources) {
        if (++files > MAX_FILES) {
          throw malformed(place, "one more file", "at most " + MAX_FILES);
        }
        list.addAll(file(source.file(), source.text(), outermost, depth, includes + 1));
      }
    }

    /** One word; there is one. */
    private String word() {
      Place begin = place();
      char first = text.charAt(at);
      quoted = first == '"' || first == '\'';
      var out = new StringBuilder();
      if (quoted) {
        at++;
      }
      while (true) {
        if (out.length() > MAX_WORD) {
          throw malformed(
              begin, "a word of more than " + MAX_WORD + " characters", "a shorter one");
        }
        int c = peek();
        if (c == END) {
          if (quoted) {
            throw malformed(begin, "a quote without its end", "another " + first + " behind it");
          }
          return out.toString();
        }
        if (quoted ? c == first : isEnd(c)) {
          break;
        }
        if (c == '\\' && dialect == Dialect.NGINX && at + 1 < text.length()) {
          escape(out);
        } else if (c == '$' && dialect == Dialect.NGINX && text.startsWith("${", at)) {
          out.append("${"); // the brace belongs to the variable
          at += 2;
        } else {
          take(out);
        }
      }
      if (quoted) {
        at++;
        int behind = peek();
        if (behind != END && !isEnd(behind)) {
          throw malformed(
              place(), shown(String.valueOf((char) behind)) + " behind a quote", "a blank, ; or {");
        }
      }
      return out.toString();
    }

    /** A backslash and what it stands before: only these few go, others keep their backslash. */
    private void escape(StringBuilder out) {
      at++;
      char c = text.charAt(at);
      switch (c) {
        case '"', '\'', '\\' -> out.append(c);
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'n' -> out.append('\n');
        default -> {
          out.append('\\');
          take(out);
          return;
        }
      }
      at++;
    }

    private void take(StringBuilder out) {
      char c = text.charAt(at);
      out.append(c);
      advance(c);
    }

    /** A block of another language: braces are counted, outside of its strings and comments. */
    private void skipLua(Place open) {
      int depth = 1;
      while (depth > 0) {
        int c = peek();
        if (c == END) {
          throw malformed(place(), "the end of the file", "a } for the { of " + open);
        } else if (c == '"' || c == '\'') {
          skipLuaString((char) c);
          continue;
        } else if (c == '-' && text.startsWith("--", at)) {
          while (peek() != END && peek() != '\n') {
            at++;
          }
          continue;
        }
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        advance((char) c);
      }
    }

    private void skipLuaString(char quote) {
      at++;
      while (peek() != END && peek() != quote && peek() != '\n') {
        if (peek() == '\\' && at + 1 < text.length()) {
          at++;
        }
        advance(text.charAt(at));
      }
      if (peek() == quote) {
        at++;
      }
    }

    private void skipBlanks() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '#') {
          int end = text.indexOf('\n', at);
          at = end < 0 ? text.length() : end;
        } else if (isBlank(c)) {
          advance(c);
        } else {
          return;
        }
      }
    }

    private void advance(char c) {
      at++;
      if (c == '\n') {
        line++;
        lineStart = at;
      }
    }

    private int peek() {
      return at < text.length() ? text.charAt(at) : END;
    }

    private Place place() {
      return new Place(name, line, at - lineStart + 1);
    }

    private static boolean isBlank(int c) {
      return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isEnd(int c) {
      return isBlank(c) || c == ';' || c == '{'; // a } within a word is of the word
    }
  }

  /** What stands in a file as a message may have it: in quotes, short, and without controls. */
  static String shown(String text) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), 60); i++) {
      char c = text.charAt(i);
      out.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return out.append(text.length() > 60 ? "…\"" : "\"").toString();
  }
}
