package dev.sluice.testkit.dash;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** An element of a description, read by the parser of the JDK. */
final class Element {
  /** A number, a duration or a date is not there, or is none. */
  static final long NONE = Long.MIN_VALUE;

  static final String NAMESPACE = "urn:mpeg:dash:schema:mpd:2011";

  private static final long NS = 1_000_000_000L;
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,20})?");

  private final org.w3c.dom.Element node;

  private Element(org.w3c.dom.Element node) {
    this.node = node;
  }

  /**
   * The root.
   *
   * @throws SAXException when it is not well-formed, or declares a document type
   */
  static Element parse(String text) throws SAXException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler()); // else it prints to the console
      return new Element(
          builder.parse(new InputSource(new StringReader(text))).getDocumentElement());
    } catch (ParserConfigurationException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  String name() {
    return node.getLocalName();
  }

  String namespace() {
    return String.valueOf(node.getNamespaceURI());
  }

  boolean has(String attribute) {
    return node.hasAttribute(attribute);
  }

  /** Empty when it is not there. */
  String text(String attribute) {
    return node.getAttribute(attribute).strip();
  }

  String content() {
    return node.getTextContent().strip();
  }

  long number(String attribute) {
    return number(attribute, NONE);
  }

  long number(String attribute, long absent) {
    String text = text(attribute);
    return INTEGER.matcher(text).matches() ? Long.parseLong(text) : absent;
  }

  /** Seconds as nanoseconds. */
  long seconds(String attribute) {
    String text = text(attribute);
    return DECIMAL.matcher(text).matches()
        ? new BigDecimal(text).movePointRight(9).longValue()
        : NONE;
  }

  long duration(String attribute) {
    try {
      return has(attribute) ? Duration.parse(text(attribute)).toNanos() : NONE;
    } catch (DateTimeException | ArithmeticException none) {
      return NONE;
    }
  }

  /** Only with a zone. */
  long date(String attribute) {
    try {
      var date = OffsetDateTime.parse(text(attribute)).toInstant();
      return date.getEpochSecond() * NS + date.getNano();
    } catch (DateTimeException none) {
      return NONE;
    }
  }

  List<Element> all(String child) {
    List<Element> found = new ArrayList<>();
    for (Node at = node.getFirstChild(); at != null; at = at.getNextSibling()) {
      if (at instanceof org.w3c.dom.Element one && child.equals(one.getLocalName())) {
        found.add(new Element(one));
      }
    }
    return found;
  }

  @Nullable Element first(String child) {
    List<Element> all = all(child);
    return all.isEmpty() ? null : all.getFirst();
  }
}
